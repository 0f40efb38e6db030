#!/usr/bin/env python3
"""Holds the sizes of STYLE R5: tools/check_sizes.py [ROOT]

A function of more than 60 lines or 5 parameters, a file of more than 500 lines. Tests' bodies may be longer where they are
tables of cases.
"""
import sys
from pathlib import Path

from cpp_source import functions

MAX_FUNCTION_LINES = 60
MAX_PARAMETERS = 5
MAX_FILE_LINES = 500
FOLDERS = ('src', 'tests', 'bench', 'fuzz', 'tools', 'cmake')
ENDINGS = ('.h', '.cpp', '.py', '.sh', '.cmake')
TEST_MACROS = ('TEST', 'TEST_F', 'TEST_P', 'TYPED_TEST')


def problems_of(path, name):
    source = path.read_text(errors='replace')
    length = source.count('\n')
    if length > MAX_FILE_LINES:
        yield f'{name}:1: {length} lines; at most {MAX_FILE_LINES}'
    if path.suffix not in ('.h', '.cpp'):
        return
    for function in functions(source):
        if function.lines > MAX_FUNCTION_LINES and function.name not in TEST_MACROS:
            yield f'{name}:{function.line}: {function.name} has {function.lines} lines; at most {MAX_FUNCTION_LINES}'
        if function.parameters > MAX_PARAMETERS:
            yield (f'{name}:{function.line}: {function.name} has {function.parameters} parameters; '
                   f'at most {MAX_PARAMETERS}')


def check(root):
    problems = []
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob('*')):
            if path.suffix in ENDINGS:
                problems += problems_of(path, path.relative_to(root))
    return problems


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    problems = check(root)
    print('\n'.join(problems) if problems else 'sizes: clean')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
