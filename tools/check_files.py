#!/usr/bin/env python3
"""Holds what no tracked file may carry: tools/check_files.py [ROOT]

The host of a package registry, an absolute path of somebody's machine, a merge's conflict mark, a private key. The
patterns are put together from parts, so that this file does not carry them either.
"""
import re
import subprocess
import sys
from pathlib import Path


def joined(separator, *parts):
    return re.escape(separator.join(parts))


FORBIDDEN = [
    (re.compile('|'.join([
        r'\w+' + joined('.', '', 'debian', 'org'),
        joined('.', 'registry', 'npmjs', 'org'),
        joined('.', 'pypi', 'org'),
        joined('.', 'files', 'pythonhosted', 'org'),
        joined('.', 'proxy', 'golang', 'org'),
        joined('.', 'crates', 'io'),
        r'archive' + joined('.', '', 'ubuntu', 'com'),
    ])), 'names the host of a package registry'),
    (re.compile(r'(?<![\w.$}~-])(?:' + '|'.join([
        joined('/', '', 'work', ''),
        joined('/', '', 'root', ''),
        joined('/', '', 'home', '') + r'\w',
        joined('/', '', 'tmp', ''),
    ]) + ')'), "names an absolute path of somebody's machine"),
    (re.compile('^(?:' + '<' * 7 + '|' + '>' * 7 + ') '), 'holds the mark of a conflict'),
    (re.compile('BEGIN ' + r'(?:RSA |EC )?PRIVATE KEY'), 'holds a private key'),
]

# Where a pattern may stand, and why.
EXCEPTIONS = {
    # Keys made for the tests of the token check; they open nothing.
    'holds a private key': re.compile(r'_test\.cpp$|^tests/|^fuzz/'),
}

BINARY = re.compile(r'\.(?:seed|bin|png|ico|gz|json\.gz)$|^fuzz/corpus/')


def tracked_files(root):
    listed = subprocess.run(['git', '-C', str(root), 'ls-files', '-z'], capture_output=True, check=True, text=True)
    return [name for name in listed.stdout.split('\0') if name]


def check(root, names):
    problems = []
    for name in names:
        path = root / name
        if BINARY.search(name) or not path.is_file():
            continue
        for number, line in enumerate(path.read_text(errors='replace').split('\n'), 1):
            for pattern, deed in FORBIDDEN:
                excepted = deed in EXCEPTIONS and EXCEPTIONS[deed].search(name)
                if not excepted and pattern.search(line):
                    problems.append(f'{name}:{number}: {deed}')
    return problems


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    problems = check(root, tracked_files(root))
    print('\n'.join(problems) if problems else 'files: clean')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
