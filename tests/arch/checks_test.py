"""The repository's own rules hold, and the checks of them really find what they look for."""
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / 'tools'))

import check_files  # noqa: E402
import check_sizes  # noqa: E402
from check_layers import Layers, read_modules  # noqa: E402
from cpp_source import code_only, functions  # noqa: E402


class TheRepository(unittest.TestCase):
    maxDiff = None

    def test_keeps_its_layers(self):
        self.assertEqual(Layers(ROOT).check(), [])

    def test_keeps_its_sizes(self):
        self.assertEqual(check_sizes.check(ROOT), [])

    def test_names_no_registry_and_no_machine(self):
        self.assertEqual(check_files.check(ROOT, check_files.tracked_files(ROOT)), [])

    def test_declares_every_module_of_the_design(self):
        folders = {folder for folder, _ in read_modules(ROOT / 'src' / 'CMakeLists.txt').values()}
        self.assertLessEqual({'base', 'domain', 'store', 'ml', 'features', 'flows', 'server/http'}, folders)


CLEAN = {
    'src/CMakeLists.txt': 'rapport_module(base LINKS x)  # rapport_module(comment USES nothing)\n'
                          'rapport_module(text USES base)\n'
                          'rapport_module(store USES base)\n'
                          'rapport_module(flows USES base\n  text store LINKS y)\n'
                          'rapport_module(server_http PATH server/http USES base)\n'
                          'rapport_module(app USES base)\n',
    'src/README.md': ''.join(f'- `{folder}/`: words\n' for folder in
                             ('base', 'text', 'store', 'flows', 'server/http', 'app')),
    'src/base/clock.h': '#pragma once\n',
    'src/base/clock.cpp': '#include "base/clock.h"\nauto now() { return std::chrono::system_clock::now(); }\n',
    'src/text/words.h': '#include "base/clock.h"\n',
    'src/text/words_test.cpp': '#include "text/words.h"\n#include "support/program.h"\n#include <gtest/gtest.h>\n'
                               'auto where = std::getenv("RAPPORT_SHARED");\n',
    'src/store/sqlite.cpp': '#include <soci/soci.h>\n#include <sqlite3.h>\n',
    'src/flows/story.cpp': '#include "text/words.h"\n// system_clock::now() and getenv("X") are for others\n'
                           'const char* kText = "getenv(\\"X\\") time(nullptr)";\n',
    'src/server/http/server.cpp': '#include "base/clock.h"\nint runtime(int x) { return x; } auto t = runtime(0);\n',
    'src/app/settings.cpp': 'auto home = std::getenv("HOME");\n',
    'src/main.cpp': '#include "flows/story.h"\n',
    'src/flows/story.h': '',
    'tests/support/program.h': '',
    'tests/http/health_test.cpp': '',
    'tests/arch/rules_test.py': '',
    'bench/text_bench.cpp': '',
    'fuzz/text_fuzz.cpp': '',
}


class Tree:
    """A folder with the given files, gone at the end of the block."""

    def __init__(self, files):
        self.folder = tempfile.TemporaryDirectory()
        self.root = Path(self.folder.name)
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def __enter__(self):
        return self.root

    def __exit__(self, *_):
        self.folder.cleanup()


def layer_problems(changes):
    files = {name: text for name, text in {**CLEAN, **changes}.items() if text is not None}
    with Tree(files) as root:
        return Layers(root).check()


class CheckLayers(unittest.TestCase):
    def assert_found(self, changes, place, words):
        problems = layer_problems(changes)
        self.assertEqual(len(problems), 1, problems)
        self.assertTrue(problems[0].startswith(place), problems)
        self.assertIn(words, problems[0])

    def test_passes_a_clean_tree(self):
        self.assertEqual(layer_problems({}), [])

    def test_finds_an_include_of_an_undeclared_module(self):
        self.assert_found({'src/text/words.cpp': '\n#include "store/rows.h"\n', 'src/store/rows.h': ''},
                          'src/text/words.cpp:2:', 'does not declare that it uses store')

    def test_finds_an_include_upwards_from_a_test(self):
        self.assert_found({'src/base/clock_test.cpp': '#include "text/words.h"\n'}, 'src/base/clock_test.cpp:1:', 'uses text')

    def test_finds_an_include_that_only_a_third_module_declares(self):
        changes = {'src/CMakeLists.txt': CLEAN['src/CMakeLists.txt'] + 'rapport_module(cli USES flows)\n',
                   'src/README.md': CLEAN['src/README.md'] + '- `cli/`: words\n',
                   'src/cli/run.cpp': '#include "flows/story.h"\n#include "text/words.h"\n'}
        self.assert_found(changes, 'src/cli/run.cpp:2:', 'uses text')

    def test_finds_a_relative_include(self):
        self.assert_found({'src/text/words.cpp': '#include "words.h"\n'}, 'src/text/words.cpp:1:', 'no path from src/')

    def test_finds_the_support_of_tests_in_what_ships(self):
        self.assert_found({'src/text/words.cpp': '#include "support/program.h"\n'}, 'src/text/words.cpp:1:', 'no path')

    def test_finds_modules_in_a_circle(self):
        declared = CLEAN['src/CMakeLists.txt'].replace('rapport_module(text USES base)', 'rapport_module(text USES base flows)')
        self.assert_found({'src/CMakeLists.txt': declared}, 'src/CMakeLists.txt:', 'in a circle')

    def test_finds_a_module_that_stands_below_its_user(self):
        declared = CLEAN['src/CMakeLists.txt'].replace('rapport_module(text USES base)', 'rapport_module(text USES base store)')
        self.assert_found({'src/CMakeLists.txt': declared}, 'src/CMakeLists.txt:', 'text uses store, which stands below it')

    def test_finds_a_use_of_no_module(self):
        declared = CLEAN['src/CMakeLists.txt'].replace('rapport_module(text USES base)', 'rapport_module(text USES base magic)')
        self.assert_found({'src/CMakeLists.txt': declared}, 'src/CMakeLists.txt:', 'magic, which is no module')

    def test_finds_every_fenced_header_outside_its_folder(self):
        for header in ('dnnl.hpp', 'oneapi/dnnl/dnnl.hpp', 'xgboost/c_api.h', 'soci/soci.h', 'sqlite3.h', 'libpq-fe.h',
                       'libavcodec/avcodec.h', 'libswresample/swresample.h', 'jwt.h', 'spdlog/spdlog.h',
                       'prometheus/counter.h', 'CLI/CLI.hpp', 'toml++/toml.h'):
            with self.subTest(header):
                self.assert_found({'src/text/words.cpp': f'#include <{header}>\n'}, 'src/text/words.cpp:1:', header)

    def test_finds_a_read_of_the_environment(self):
        for code in ('getenv("X")', 'std::getenv ("X")', 'secure_getenv("X")', 'environ[0]'):
            with self.subTest(code):
                self.assert_found({'src/text/words.cpp': f'auto x = {code};\n'}, 'src/text/words.cpp:1:', 'environment')

    def test_finds_a_read_of_the_wall_clock(self):
        for code in ('std::chrono::system_clock::now()', 'time(nullptr)', 'std::time(0)', 'time(&t)', 'gettimeofday(&t, z)',
                     'clock_gettime(CLOCK_REALTIME, &t)', 'timespec_get(&t, 1)'):
            with self.subTest(code):
                self.assert_found({'src/base/clock_test.cpp': f'auto x = {code};\n'}, 'src/base/clock_test.cpp:1:', 'wall clock')

    def test_finds_a_test_that_no_build_runs(self):
        for name in ('tests/words_test.cpp', 'tests/support/words_test.cpp', 'bench/words_test.cpp', 'tools/words_test.py',
                     'tests/http/words_test.py', 'tests/words_bench.cpp', 'src/text/words_fuzz.cpp'):
            with self.subTest(name):
                self.assert_found({name: ''}, f'{name}:1:', 'no build takes it up')

    def test_finds_a_file_in_a_folder_below_a_module(self):
        self.assert_found({'src/text/deep/words_test.cpp': ''}, 'src/text/deep/words_test.cpp:1:', 'no build takes up')

    def test_finds_a_file_in_no_module(self):
        self.assert_found({'src/magic/words.h': ''}, 'src/magic/words.h:1:', 'belongs to no module')

    def test_finds_a_module_that_the_map_does_not_name(self):
        self.assert_found({'src/README.md': CLEAN['src/README.md'].replace('- `text/`: words\n', '')}, 'src/README.md:1:', '`text/`')

    def test_finds_a_map_that_is_not_there(self):
        self.assertEqual(len(layer_problems({'src/README.md': None})), 6)

    def test_finds_a_name_in_the_map_that_is_no_module(self):
        self.assert_found({'src/README.md': CLEAN['src/README.md'] + '- `magic/`: words\n'}, 'src/README.md:1:', 'no module')


class CheckSizes(unittest.TestCase):
    @staticmethod
    def problems(name, text):
        with Tree({name: text}) as root:
            return check_sizes.check(root)

    def test_finds_a_function_above_sixty_lines(self):
        body = '  work();\n'
        self.assertEqual(self.problems('src/a.cpp', 'void f() {\n' + body * 58 + '}\n'), [])
        self.assertEqual(len(self.problems('src/a.cpp', 'void f() {\n' + body * 59 + '}\n')), 1)
        self.assertEqual(len(self.problems('src/a.cpp', 'C::C(int a)\n    : a_(a) {\n' + body * 60 + '}\n')), 1)
        self.assertEqual(self.problems('src/a_test.cpp', 'TEST(A, B) {\n' + body * 90 + '}\n'), [])

    def test_finds_a_function_of_more_than_five_parameters(self):
        self.assertEqual(self.problems('src/a.cpp', 'void f(int a, std::map<int, int> b, int c, int d, int e) {}\n'), [])
        self.assertEqual(len(self.problems('src/a.cpp', 'void f(int a, int b, int c, int d, int e, int g) {}\n')), 1)

    def test_finds_a_file_above_five_hundred_lines(self):
        self.assertEqual(self.problems('src/a.h', '\n' * 500), [])
        self.assertEqual(len(self.problems('src/a.h', '\n' * 501)), 1)
        self.assertEqual(len(self.problems('tools/a.py', '\n' * 501)), 1)


class CheckFiles(unittest.TestCase):
    @staticmethod
    def problems(text, name='docs/a.md'):
        with Tree({name: text}) as root:
            return check_files.check(root, [name])

    def test_passes_what_everybody_has(self):
        self.assertEqual(self.problems('/var/lib/rapport, /data, ../shared, $HOME/work/x, build/tmp/ and debian.sources\n'), [])

    def test_finds_the_host_of_a_registry(self):
        for parts in (('deb', 'debian', 'org'), ('security', 'debian', 'org'), ('registry', 'npmjs', 'org'), ('pypi', 'org')):
            self.assertEqual(len(self.problems('see http://' + '.'.join(parts) + '/x\n')), 1, parts)

    def test_finds_an_absolute_path_of_a_machine(self):
        for parts in (('', 'work', 'main'), ('', 'root', 'x'), ('', 'home', 'ana'), ('', 'tmp', 'x')):
            self.assertEqual(len(self.problems('in "' + '/'.join(parts) + '"\n')), 1, parts)

    def test_finds_the_mark_of_a_conflict_and_a_private_key(self):
        self.assertEqual(len(self.problems('<' * 7 + ' HEAD\n')), 1)
        self.assertEqual(len(self.problems('-----BEGIN ' + 'PRIVATE KEY-----\n')), 1)
        self.assertEqual(self.problems('-----BEGIN ' + 'PRIVATE KEY-----\n', 'src/auth/token_test.cpp'), [])


class CppSource(unittest.TestCase):
    def test_blanks_comments_and_literals_and_keeps_the_lines(self):
        source = 'a; // time(0)\nb = "x\\"time(0)"; /* time(0)\n */ c = \'"\'; d = 1\'000; R"(time(0)\n)"; e;\n#define T time(0)\n'
        code = code_only(source)
        self.assertNotIn('time', code)
        self.assertEqual(code.count('\n'), source.count('\n'))
        for name in 'abcde':
            self.assertIn(name, code)

    def test_counts_functions_and_not_blocks(self):
        source = ('namespace a {\nclass B {\n  B() : x_{1} {}\n  int f(int p) const noexcept { if (p) { return 1; } return 2; }\n};\n'
                  'auto g = [](int q) { return q; };\nvoid h() {\n  auto k = [&] { return 1; };\n}\n}\n')
        names = sorted(function.name for function in functions(source))
        self.assertIn('f', names)
        self.assertIn('h', names)
        self.assertNotIn('if', names)


if __name__ == '__main__':
    unittest.main()
