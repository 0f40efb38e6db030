#!/bin/sh
# The built-in translation models from the data sets: make.sh DATASETS WORK MODELS
# WORK keeps checkpoints: run it again to go on where it stopped. PAIRS_UPDATES says how long (each direction). On an H100 with
# 16 CPU cores four trainings of 10,500 at once took nine minutes. Without a GPU an update takes some 30 s of CPU, and two run at
# once (4 GB each): that is for trying the recipe. Without OpenBLAS (libopenblas0-pthread) PyTorch falls back on a library that is a hundred times slower.
set -eu
datasets=$1 work=$2 models=$3
here=$(dirname "$0")
python=${PYTHON:-/usr/bin/python3}
updates=${PAIRS_UPDATES:-10500}
device=$("$python" -c 'import torch; print("cuda" if torch.cuda.is_available() else "cpu")')
export OPENBLAS_NUM_THREADS=1

# prepare GROUP LANGUAGE...: the vocabulary of languages that share two models.
prepare() {
  group=$work/$1
  shift
  [ -e "$group/vocab.json" ] || "$python" "$here/vocabulary.py" "$work/corpus" "$group" 6000 "$@"
}

# train GROUP DIRECTION SHARES MODEL
train() {
  run=$work/$1/$2 feeders=0
  [ "$device" = cpu ] || feeders=3
  "$python" "$here/train.py" "$work/corpus" "$work/$1" "$run" "$2" "$3" "${updates}u" --device "$device" --feeders $feeders
  "$python" "$here/export.py" "$work/$1" "$run" "$models/$4"
}

[ -e "$work/corpus/train.es.tsv" ] || "$python" "$here/corpus.py" "$datasets" "$work/corpus"
prepare romance es fr pt it
prepare german de
grep -q '^words' "$work/corpus/train.es.tsv" || "$python" "$here/lexicon.py" "$work/corpus" es fr pt it de
train romance from-english es=0.36,fr=0.32,pt=0.2,it=0.12 en-romance & running=$!
train romance to-english es=0.35,fr=0.32,pt=0.2,it=0.13 romance-en & running="$running $!"
if [ "$device" = cpu ]; then
  for training in $running; do wait "$training"; done
  running=
fi
train german from-english de=1 en-german & running="$running $!"
train german to-english de=1 german-en & running="$running $!"
for training in $running; do wait "$training"; done
