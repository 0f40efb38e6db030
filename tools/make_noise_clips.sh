#!/bin/sh
# Recordings in which nobody speaks, for the tests: make_noise_clips.sh FOLDER. Needs sox and ffmpeg.
set -eu
folder=$1
mkdir -p "$folder"
wav=$(mktemp --suffix=.wav)
trap 'rm -f "$wav"' EXIT

# make NAME SOX_EFFECTS...: six seconds, as a voice note has them (Ogg/Opus, 16 kHz mono)
make() {
  name=$1
  shift
  sox -R -n -r 16000 -c 1 -b 16 "$wav" "$@" trim 0 6
  ffmpeg -v error -y -i "$wav" -c:a libopus -b:a 12k -application voip -map_metadata -1 -fflags +bitexact "$folder/$name.ogg"
}

make silence trim 0 6
make white_noise synth 6 whitenoise vol 0.1
make pink_noise synth 6 pinknoise vol 0.3
make brown_noise synth 6 brownnoise vol 0.5
make wind synth 6 brownnoise tremolo 0.5 80 vol 0.5
make hum synth 6 sine 50 synth 6 sine mix 100 synth 6 sine mix 150 vol 0.3
make beeps synth 0.3 sine 1000 vol 0.4 pad 0 0.4 repeat 8
make ringing synth 6 sine 440 synth 6 sine mix 480 tremolo 20 90 vol 0.3 fade h 0.1 2 0.1 pad 0 1 repeat 1
make siren synth 6 sine 400-1200 vol 0.3
make clicks synth 0.01 whitenoise vol 0.8 pad 0 0.79 repeat 7
make plucked synth 0.5 pluck E3 synth 0.5 pluck mix B3 vol 0.6 repeat 11
make chords synth 2 triangle C4 synth 2 triangle mix E4 synth 2 triangle mix G4 vol 0.3 fade h 0.02 2 0.2 repeat 2
make melody synth 0.4 sawtooth 262-330 vol 0.3 fade h 0.02 0.4 0.1 repeat 14
