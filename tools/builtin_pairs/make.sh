#!/bin/sh
# The built-in translation models from the data sets: make.sh DATASETS WORK MODELS
# WORK keeps checkpoints: run it again to go on where it stopped. PAIRS_UPDATES says how long (each direction): 5,000 take some
# 27 minutes of CPU each. Without OpenBLAS (libopenblas0-pthread) PyTorch falls back on a library that is a hundred times slower.
set -eu
datasets=$1 work=$2 models=$3
here=$(dirname "$0")
python=${PYTHON:-/usr/bin/python3}
updates=${PAIRS_UPDATES:-20000}
export OPENBLAS_NUM_THREADS=1

# prepare GROUP LANGUAGE...: the vocabulary of languages that share two models, and what statistics know of them.
prepare() {
  group=$work/$1
  shift
  [ -e "$group/vocab.json" ] || "$python" "$here/vocabulary.py" "$work/corpus" "$group" 6000 "$@"
  [ -e "$group/prior.npz" ] || "$python" "$here/prior.py" "$work/corpus" "$group" "$@"
}

# train GROUP DIRECTION SHARES MODEL: the first half at the full rate, then down to nought.
train() {
  run=$work/$1/$2
  "$python" "$here/train.py" "$work/corpus" "$work/$1" "$run" "$2" "$3" "$((updates / 2))u"
  "$python" "$here/train.py" "$work/corpus" "$work/$1" "$run" "$2" "$3" "${updates}u" --cool
  "$python" "$here/export.py" "$work/$1" "$run" "$models/$4"
}

[ -e "$work/corpus/train.es.tsv" ] || "$python" "$here/corpus.py" "$datasets" "$work/corpus"
prepare romance es fr pt
prepare german de
grep -q '^words' "$work/corpus/train.es.tsv" || "$python" "$here/lexicon.py" "$work/corpus" es fr pt de
train romance from-english es=0.45,fr=0.35,pt=0.2 en-romance &
train romance to-english es=0.4,fr=0.33,pt=0.27 romance-en
wait $!
train german from-english de=1 en-german &
train german to-english de=1 german-en
wait $!
