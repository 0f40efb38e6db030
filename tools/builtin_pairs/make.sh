#!/bin/sh
# The built-in translation models from the data sets: make.sh DATASETS WORK MODELS
# WORK keeps checkpoints: run it again to go on where it stopped. Hours on one core; PAIRS_UPDATES says how long (each direction).
set -eu
datasets=$1 work=$2 models=$3
here=$(dirname "$0")
python=${PYTHON:-/usr/bin/python3}
languages="es fr pt it"
updates=${PAIRS_UPDATES:-20000}
[ -e "$work/corpus/train.es.tsv" ] || "$python" "$here/corpus.py" "$datasets" "$work/corpus"
[ -e "$work/romance/vocab.json" ] || "$python" "$here/vocabulary.py" "$work/corpus" "$work/romance" 6000 $languages
[ -e "$work/romance/prior.npz" ] || "$python" "$here/prior.py" "$work/corpus" "$work/romance" $languages
"$python" "$here/train.py" "$work/corpus" "$work/romance" "$work/from" from-english es=0.72,pt=0.28 "${updates}u" --cool &
"$python" "$here/train.py" "$work/corpus" "$work/romance" "$work/to" to-english es=0.42,fr=0.33,pt=0.25 "${updates}u" --cool
wait
"$python" "$here/export.py" "$work/romance" "$work/from" "$models/en-romance"
"$python" "$here/export.py" "$work/romance" "$work/to" "$models/romance-en"
