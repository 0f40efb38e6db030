#!/usr/bin/env python3
"""Holds the code to its declared architecture: tools/check_layers.py [ROOT]

src/CMakeLists.txt declares the modules; DESIGN section 6 the fences. A problem is a line "file:line: sentence" and an
exit status of 1:
  - an include of a module that the includer does not declare, or of a file that is not there
  - modules that use each other in a circle, or one that stands further down in the list
  - a fenced header, the environment or the wall clock outside its place
  - a file of src/ in no module; a test, benchmark or fuzz target that no build takes up
  - a module that src/README.md does not name, or a name there that is no module
"""
import re
import sys
from pathlib import Path

from cpp_source import code_only, includes

# Headers of a library -> the folders of src/ that may include them.
FENCED_HEADERS = [
    (re.compile(r'(?:oneapi/)?dnnl'), ['nn/onednn']),
    (re.compile(r'xgboost/'), ['ml']),
    (re.compile(r'soci/|soci\.h|sqlite3\.h|libpq-fe\.h|postgresql/'), ['store']),
    (re.compile(r'lib(av|sw)\w+/'), ['audio']),
    (re.compile(r'jwt\.h'), ['auth']),
    (re.compile(r'curl/'), ['hub', 'translation/providers']),
    (re.compile(r'seccomp\.h'), ['audio']),
    (re.compile(r'sentencepiece'), ['nn/tokenizers']),
    (re.compile(r'prometheus/'), ['base']),
    (re.compile(r'spdlog/'), ['base']),
    (re.compile(r'CLI/'), ['cli']),
    (re.compile(r'toml\+\+/'), ['app']),
]

# What code may do only in certain files or folders of src/. (Tests may ask the environment where their fixtures are.)
FENCED_CODE = [
    (re.compile(r'\b(?:secure_)?getenv\s*\(|\benviron\b'), ['app/'], 'reads the environment', True),
    (re.compile(r'system_clock::now|\bgettimeofday\b|\bCLOCK_REALTIME\b|\btimespec_get\b'
                r'|\btime\s*\(\s*(?:nullptr|NULL|0|&\s*\w+)\s*\)'), ['base/clock.cpp'], 'reads the wall clock', False),
]

SOURCE_ENDINGS = ('.h', '.cpp')
# The ending of a file's name -> the folders whose build files take such files up (src/ is looked at module by module).
TAKEN_UP = [('_bench.cpp', ['bench']), ('_fuzz.cpp', ['fuzz']), ('_test.py', ['tests/arch']),
            ('_test.cpp', ['tests/http', 'tests/cli'])]


def read_modules(build_file):
    """name -> (folder, [used modules]) in the order of declaration."""
    text = re.sub(r'#[^\n]*', '', build_file.read_text())
    modules = {}
    for call in re.findall(r'rapport_module\(([^)]*)\)', text):
        words = call.split()
        arguments = {'PATH': [], 'USES': [], 'LINKS': []}
        current = None
        for word in words[1:]:
            if word in arguments:
                current = word
            elif current:
                arguments[current].append(word)
        folder = arguments['PATH'][0] if arguments['PATH'] else words[0]
        modules[words[0]] = (folder, arguments['USES'])
    return modules


def is_test(path):
    """A test, or a header that only tests include."""
    return path.name.endswith('_test.cpp') or (path.name.startswith('test_') and path.suffix == '.h')


class Layers:
    def __init__(self, root):
        self.root = Path(root)
        self.src = self.root / 'src'
        self.modules = read_modules(self.src / 'CMakeLists.txt')
        self.problems = []

    def problem(self, path, line, text):
        place = path.relative_to(self.root) if isinstance(path, Path) else path
        self.problems.append(f'{place}:{line}: {text}')

    def module_of(self, relative):
        """The module that a path below src/ belongs to: that of the deepest declared folder."""
        holders = [name for name, (folder, _) in self.modules.items() if str(relative).startswith(folder + '/')]
        return max(holders, key=lambda name: len(self.modules[name][0]), default=None)

    def check(self):
        self.check_order()
        for path in sorted(self.src.rglob('*')):
            if path.suffix in SOURCE_ENDINGS:
                self.check_file(path)
        self.check_taken_up()
        self.check_map()
        return self.problems

    def check_order(self):
        seen = []
        for name, (_, uses) in self.modules.items():
            for used in uses:
                if used not in self.modules:
                    self.problem('src/CMakeLists.txt', 1, f'{name} uses {used}, which is no module')
                elif used not in seen:
                    circle = ' and they use each other in a circle' if name in self.reach(used) else ''
                    self.problem('src/CMakeLists.txt', 1, f'{name} uses {used}, which stands below it{circle}')
            seen.append(name)

    def reach(self, name):
        found = set()
        todo = [name]
        while todo:
            for used in self.modules.get(todo.pop(), ('', []))[1]:
                if used not in found:
                    found.add(used)
                    todo.append(used)
        return found

    def check_file(self, path):
        relative = path.relative_to(self.src)
        module = self.module_of(relative)
        if module is None and str(relative) != 'main.cpp':
            self.problem(path, 1, 'belongs to no module of src/CMakeLists.txt')
            return
        if module and relative.parent != Path(self.modules[module][0]):
            self.problem(path, 1, f'stands in a folder below {self.modules[module][0]}/ that no build takes up')
        source = path.read_text(errors='replace')
        for line, included, quoted in includes(source):
            self.check_fence(path, relative, line, included)
            if quoted:
                self.check_edge(path, module, line, included)
        code = code_only(source).split('\n')
        for pattern, places, deed, tests_may in FENCED_CODE:
            if any(str(relative).startswith(place) for place in places) or (tests_may and is_test(path)):
                continue
            for line, text in enumerate(code, 1):
                if pattern.search(text):
                    self.problem(path, line, f'{deed}, which only src/{" and src/".join(places)} may')

    def check_fence(self, path, relative, line, included):
        for pattern, folders in FENCED_HEADERS:
            if pattern.match(included) and not any(str(relative).startswith(folder + '/') for folder in folders):
                self.problem(path, line, f'includes {included}, which only src/{" and src/".join(folders)} may')

    def check_edge(self, path, module, line, included):
        if is_test(path) and (self.root / 'tests' / included).exists():
            return
        if not (self.src / included).exists():
            self.problem(path, line, f'includes "{included}", which is no path from src/')
            return
        target = self.module_of(Path(included))
        permitted = self.modules[module][1] if module else list(self.modules)
        if target not in (module, *permitted):
            self.problem(path, line, f'module {module} includes "{included}" and does not declare that it uses {target}')

    def check_taken_up(self):
        for folder in ('src', 'tests', 'bench', 'fuzz', 'tools', 'docs', 'examples'):
            for path in sorted((self.root / folder).rglob('*')):
                for ending, homes in TAKEN_UP:
                    home = str(path.parent.relative_to(self.root))
                    in_module = folder == 'src' and ending == '_test.cpp'
                    if path.name.endswith(ending) and home not in homes and not in_module:
                        self.problem(path, 1, f'no build takes it up: *{ending} belongs in {" or ".join(homes)}')

    def check_map(self):
        map_file = self.src / 'README.md'
        text = map_file.read_text() if map_file.exists() else ''
        named = set(re.findall(r'^\W*`([\w/]+)/`', text, re.MULTILINE))
        folders = {folder for folder, _ in self.modules.values()}
        for folder in sorted(folders - named):
            self.problem(map_file, 1, f'does not name the module `{folder}/`')
        for folder in sorted(named - folders):
            self.problem(map_file, 1, f'names `{folder}/`, which is no module')


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    problems = Layers(root).check()
    print('\n'.join(problems) if problems else 'layers: clean')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
