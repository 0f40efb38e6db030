#!/usr/bin/env python3
"""Recordings that the tests give to the micro model: make_clips.py FOLDER

Voices that it was not trained on, as .wav and as WhatsApp sends them (Ogg/Opus, 16 kHz mono). Needs espeak-ng, sox and ffmpeg.
"""
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np

from speech import RATE, speak

# Name: what is said, and by whom.
CLIPS = {
    'where_is_my_order.wav': ('Where is my order?', 'en-gb-scotland+m5'),
    'money_back.ogg': ('I want my money back.', 'en-us+f4'),
    'blue_jacket.ogg': ('How much does the blue jacket cost?', 'en-us+m5'),
    'donde_esta_mi_pedido.ogg': ('¿Dónde está mi pedido?', 'es-419+f4'),
    'el_paquete.wav': ('El paquete llegó roto.', 'es+m5'),
    'muito_obrigado.ogg': ('Muito obrigado pela sua ajuda.', 'pt-br+m5'),
}


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, (sentence, voice) in CLIPS.items():
        silence = np.zeros(RATE // 4, np.float32)
        samples = np.concatenate([silence, 0.5 * speak(sentence, voice), silence])
        path = folder / name
        sound = path.with_suffix('.wav')
        with wave.open(str(sound), 'wb') as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes((samples * 32767).astype('<i2').tobytes())
        if path.suffix == '.ogg':
            subprocess.run(['ffmpeg', '-v', 'error', '-y', '-i', sound, '-c:a', 'libopus', '-b:a', '16k', '-application', 'voip',
                            '-map_metadata', '-1', '-fflags', '+bitexact', path], check=True)
            sound.unlink()


if __name__ == '__main__':
    main()
