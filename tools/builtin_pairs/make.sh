#!/bin/sh
# The built-in translation models from the data sets: make.sh DATASETS WORK MODELS
# WORK keeps checkpoints: run it again to go on where it stopped. PAIRS_UPDATES says how long (each direction): 5,000 take some
# 27 minutes of CPU each. Without OpenBLAS (libopenblas0-pthread) PyTorch falls back on a library that is a hundred times slower.
set -eu
datasets=$1 work=$2 models=$3
here=$(dirname "$0")
python=${PYTHON:-/usr/bin/python3}
languages="es fr pt"
updates=${PAIRS_UPDATES:-20000}
export OPENBLAS_NUM_THREADS=1
[ -e "$work/corpus/train.es.tsv" ] || "$python" "$here/corpus.py" "$datasets" "$work/corpus"
[ -e "$work/romance/vocab.json" ] || "$python" "$here/vocabulary.py" "$work/corpus" "$work/romance" 6000 $languages
[ -e "$work/romance/prior.npz" ] || "$python" "$here/prior.py" "$work/corpus" "$work/romance" $languages
grep -q '^words' "$work/corpus/train.es.tsv" || "$python" "$here/lexicon.py" "$work/corpus" $languages

# train RUN DIRECTION SHARES: the first half at the full rate, then down to nought.
train() {
  "$python" "$here/train.py" "$work/corpus" "$work/romance" "$work/$1" "$2" "$3" "$((updates / 2))u"
  "$python" "$here/train.py" "$work/corpus" "$work/romance" "$work/$1" "$2" "$3" "${updates}u" --cool
}
train from from-english es=0.45,fr=0.35,pt=0.2 &
train to to-english es=0.4,fr=0.33,pt=0.27
wait
"$python" "$here/export.py" "$work/romance" "$work/from" "$models/en-romance"
"$python" "$here/export.py" "$work/romance" "$work/to" "$models/romance-en"
