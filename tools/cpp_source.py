"""What the checks know of C++: its text without comments and literals, its includes, its functions."""
import re
from dataclasses import dataclass

# A comment or a literal. A quote behind a word character separates the digits of a number.
QUIET = re.compile(r'''
    //[^\n]* | /\*.*?(?:\*/|\Z)
  | (?<!\w)R"(?P<mark>[^\s()\\]{0,16})\(.*?(?:\)(?P=mark)"|\Z)
  | "(?:\\.|[^"\\\n])*"?
  | (?<!\w)'(?:\\[^\n]{1,10}?|[^'\\\n])'
  ''', re.VERBOSE | re.DOTALL)


def blank(match):
    """Spaces, and the line ends, in place of a match."""
    return re.sub(r'[^\n]', ' ', match.group())


def code_only(source):
    """`source` with comments, literals and preprocessor lines made blank; every line keeps its number."""
    lines = []
    continued = False
    for line in QUIET.sub(blank, source).split('\n'):
        directive = continued or line.lstrip().startswith('#')
        continued = directive and line.rstrip().endswith('\\')
        lines.append('' if directive else line)
    return '\n'.join(lines)


def includes(source):
    """(line, path, is_quoted) of every include."""
    found = []
    for number, line in enumerate(source.split('\n'), 1):
        match = re.match(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', line)
        if match:
            found.append((number, match.group(1) or match.group(2), match.group(1) is not None))
    return found


@dataclass
class Function:
    name: str
    line: int
    lines: int
    parameters: int


QUALIFIERS = re.compile(r'\)\s*(?:const|noexcept|override|final|mutable|&|\s)*$')


def kind_of_block(head, inside_function):
    """What the brace behind `head` opens: a function, a type, a namespace, or something else."""
    if inside_function:
        return 'block'
    if 'namespace' in head.split('(')[0] or head.startswith('extern'):
        return 'namespace'
    if re.search(r'\b(class|struct|union|enum)\b', head) and not QUALIFIERS.search(head):
        return 'type'
    if ')' in head and not head.endswith('='):
        return 'function'
    return 'other'


def parameters_of(head, opening):
    """How many parameters stand in the parentheses that open at `opening`."""
    depth = 0
    commas = 0
    for at in range(opening, len(head)):
        character = head[at]
        if character in '(<[{':
            depth += 1
        elif character in ')>]}' and head[at - 1:at + 1] != '->':
            depth -= 1
            if depth == 0:
                return 0 if head[opening + 1:at].strip() in ('', 'void') else commas + 1
        elif character == ',' and depth == 1:
            commas += 1
    return commas + 1


def functions(source):
    """Every function with a body at namespace or class scope."""
    code = code_only(source)
    stack = []
    found = []
    start = 0
    line = 1
    for match in re.finditer(r'[{};\n]', code):
        at, character = match.start(), match.group()
        if character == '\n':
            line += 1
        elif character == '{':
            head = code[start:at].strip()
            kind = kind_of_block(head, any(entry[0] == 'function' for entry in stack))
            named = re.search(r'([~\w:]+|operator\s*[^\s(]+)\s*(\()', head) if kind == 'function' else None
            count = parameters_of(head, named.start(2)) if named else 0
            stack.append((kind, line, named.group(1) if named else '?', count))
            start = at + 1
        elif character == '}':
            if stack:
                kind, first, name, count = stack.pop()
                if kind == 'function':
                    found.append(Function(name, first, line - first + 1, count))
            start = at + 1
        elif character == ';':
            start = at + 1
    return found
