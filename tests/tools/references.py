# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The reference pages of operations and of faults, made of what the code and the API say, so that they cannot differ.

A page below docs/docsite/rst has a comment such as `.. reference: faults` where the text made here goes.
`python -m tests.tools.references` writes docs/operations.md anew.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import re

import yaml

from .collection import CHECKOUT

KINDS = {'state': 'declared', 'action': 'an action', 'facts': 'facts'}
MODULE = re.compile(r'M\((\w+)\)')
FAILURES = ('Failure', 'Fault', 'Refusal', 'TransportError')
CATEGORY_TITLES = {
    'auth': 'Log-in', 'permission': 'Permissions', 'not_found': 'What is not there', 'invalid_argument': 'Options',
    'state': 'States', 'busy': 'Busy', 'unsupported': 'What is not supported', 'capacity': 'Capacity',
    'conflict': 'Conflicts', 'timeout': 'Time', 'transport': 'Connection', 'server': 'Server'}


@functools.cache
def load(path):
    """A YAML file of the checkout as data."""
    return yaml.safe_load((CHECKOUT / path).read_text(encoding='utf-8'))


def api():
    """Methods and properties of a virtual machine, as tests/operations.yml has them."""
    return load('tests/operations.yml')


def ways():
    """docs/operations.yml: method -> the options that lead to it (`by`), their kind, and the name of an example."""
    return load('docs/operations.yml')


def texts():
    """docs/faults.yml: fault -> `cause` and `do`."""
    return load('docs/faults.yml')


def moves():
    """docs/moving.yml: collection -> module -> where it went, as is told there."""
    return load('docs/moving.yml')


def places(told):
    """Where an option went: ((module, option, its suboptions...), what is different), the first None if nowhere.

    `told` is an entry of moves(): an iterator over (their option, place, remark).
    """
    for theirs, here in (told.get('options') or {}).items():
        place, _bar, remark = (part.strip() for part in here.partition('|'))
        *module, option = place.split()
        yield theirs, None if place == 'no' else (*(module or told['to'][:1]), *option.split('.')), remark


@functools.cache
def examples(module):
    """The tasks of a module's EXAMPLES."""
    tree = ast.parse((CHECKOUT / 'plugins' / 'modules' / f'{module}.py').read_text(encoding='utf-8'))
    return next(yaml.safe_load(ast.literal_eval(node.value)) for node in tree.body if isinstance(node, ast.Assign)
                and node.targets[0].id == 'EXAMPLES')


@functools.cache
def meanings():
    """module_utils/faults.py, which needs nothing of Ansible."""
    spec = importlib.util.spec_from_file_location('faults', CHECKOUT / 'plugins' / 'module_utils' / 'faults.py')
    faults = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(faults)
    return faults


@functools.cache
def raised():
    """What the collection itself raises: {fault: (category, retryable)}, None for either unless each place says it."""
    found = {'WaitTimeout': {(None, None)}}
    for path in sorted((CHECKOUT / 'plugins').rglob('*.py')):
        for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
            if not (isinstance(node, ast.Call) and getattr(node.func, 'id', None) in FAILURES and len(node.args) > 1
                    and isinstance(node.args[1], ast.Constant)):
                continue
            said = {more.arg: more.value.value for more in node.keywords if isinstance(more.value, ast.Constant)}
            usual = 'transport' if node.func.id == 'TransportError' else None
            found.setdefault(node.args[1].value, set()).add((said.get('category', usual), said.get('retryable')))
    return {name: tuple(agreed(each[place] for each in held) for place in (0, 1)) for name, held in found.items()}


def agreed(values):
    """The value that all of these are, else None."""
    different = set(values)
    return different.pop() if len(different) == 1 else None


def documented():
    """{fault: methods that operations.yml gives it}."""
    found = {}
    for method, told in api()['methods'].items():
        for fault in told['faults']:
            found.setdefault(fault, []).append(method)
    return found


def as_rst(text):
    """A text of the data files as rst: C() is code, M() a module of the collection."""
    text = MODULE.sub(r':ref:`\1 <ansible_collections.vsphere.vm.\1_module>`', ' '.join(text.split()))
    return re.sub(r'C\(([^)]+)\)', r'``\1``', text)


def table(widths, *rows):
    """Lines of a table; the first row is its head, and a cell is one line of rst."""
    yield from ('.. list-table::', '   :header-rows: 1', f'   :widths: {" ".join(map(str, widths))}', '')
    yield from (f'   {"  -" if number else "* -"} {cell}'.rstrip() for row in rows for number, cell in enumerate(row))
    yield ''


def reached():
    """Yields (method, its module, its kind, the options that lead to it, the name of an example) for every method."""
    for method, facts in api()['methods'].items():
        way = ways()[method]
        yield method, facts['module'], KINDS[way['kind']], way.get('by', ()), way['example']


def operations():
    """Lines of the table of methods and of that of properties."""
    rows = [('operation', 'module', 'reached by', 'example')]
    rows += [(f'``{method}``', as_rst(f'M({module})'), ', '.join((kind, *(f'``{option}``' for option in by))),
              f'`{example} <../{module}_module.html#examples>`__') for method, module, kind, by, example in reached()]
    yield from ('Methods', '-------', '', *table((26, 18, 30, 36), *rows))
    rows = [('property', 'type', 'may be unset')]
    rows += [(f'``{name}``', f'``{facts["type"]}``', 'yes' if facts['optional'] else 'no')
             for name, facts in api()['properties'].items()]
    told = f'{as_rst("M(info)")} reads all of them, and any path below them, such as ``config.hardware.numCPU``.'
    yield from ('Properties', '----------', '', told, '', *table((30, 50, 20), *rows))


def overview():
    """The text of docs/operations.md: the same for who reads the repository, where no page is built."""
    methods = [f'| `{method}` | [{module}](../plugins/modules/{module}.py) | '
               f'{", ".join((kind, *(f"`{option}`" for option in by)))} | {example} |'
               for method, module, kind, by, example in reached()]
    properties = [f'| `{name}` | `{facts["type"]}` |' for name, facts in api()['properties'].items()]
    return '\n'.join((
        '# Operations', '',
        "Every method of a virtual machine, the module and the options that reach it, and the task among the module's",
        'examples that shows it. *Declared*: compared first; if the state is reached already, nothing is called. *An',
        'action* is done each time. *Facts* change nothing. `make docs` builds the same with links.', '',
        '| operation | module | declares, by | example |', '|---|---|---|---|', *methods, '',
        'Every property is read by [info](../plugins/modules/info.py):', '',
        '| property | type |', '|---|---|', *properties, ''))


def faults():
    """Lines of a section for each category, with its faults."""
    known, own, of_methods = meanings(), raised(), documented()
    by_category = {category: [] for category in known.CATEGORIES}
    for name, text in texts().items():
        by_category[own.get(name, (None, None))[0] or known.category_of(name)].append((name, text))
    for category, held in by_category.items():
        title = CATEGORY_TITLES[category]
        again = 'retryable' if category in known.RETRYABLE else 'not retryable'
        yield from (title, '-' * len(title), '', f'Category ``{category}``, {again}. {known.CATEGORIES[category]}', '')
        for name, text in sorted(held):
            yield from (f'.. _ansible_collections.vsphere.vm.docsite.faults.{name.lower()}:', '', name, '~' * len(name),
                        '', f'{as_rst(text["cause"])}', '', f'*What to do:* {as_rst(text["do"])}', '')
            if own.get(name, (None, None))[1] is False and category in known.RETRYABLE:
                yield from ('Not retryable, unlike others of its category.', '')
            methods = of_methods.get(name)
            if methods:
                yield from ('*Documented for:* ' + ', '.join(f'``{method}``' for method in methods) + '.', '')


def task_of(collection, module, options):
    """Lines of a task, indented as a code block is."""
    text = yaml.safe_dump([{f'{collection}.{module}': options}], sort_keys=False, width=100)
    return [f'    {line}'.rstrip() for line in text.splitlines()]


def moving(collection):
    """Lines of a section for each module of another collection."""
    for name, told in moves()[collection].items():
        here = ', '.join(as_rst(f'M({module})') for module in told['to'])
        yield from (name, '-' * len(name), '', ' '.join(filter(None, (f'Here: {here}.' if here else '', as_rst(
            told.get('note', ''))))), '')
        rows = []
        for theirs, place, remark in places(told):
            module, *option = place or [None]
            by = f'{as_rst(f"M({module})")} ' if place and told['to'] != [module] else ''
            named = f'{by}``{".".join(option)}``' if place else '*none*'
            rows.append((f'``{theirs}``', named, as_rst(remark)))
        if rows:
            yield from table((30, 35, 35), ('option', 'here', 'remark'), *rows)
        if 'before' in told:
            yield from ('.. code-block:: yaml', '', *task_of(collection, name, told['before']), '')
            for number, task in enumerate(told['after']):
                ((module, options),) = task.items()
                yield from (() if number else ('becomes', '', '.. code-block:: yaml', ''))
                yield from (*task_of('vsphere.vm', module, options), '')


REFERENCES = {
    'operations': operations, 'faults': faults,
    'moving_from_community_vmware': lambda: moving('community.vmware'),
    'moving_from_vmware_vmware': lambda: moving('vmware.vmware'),
}


def fill(collection):
    """Put the references into the pages of a copy of the collection."""
    for name, lines in REFERENCES.items():
        page = collection / 'docs' / 'docsite' / 'rst' / f'{name}.rst'
        comment = f'.. reference: {name}\n'
        text = page.read_text(encoding='utf-8')
        if comment not in text:
            raise ValueError(f'{page.name} has no line {comment!r}')
        page.write_text(text.replace(comment, '\n'.join(lines())), encoding='utf-8')


OVERVIEW = CHECKOUT / 'docs' / 'operations.md'

if __name__ == '__main__':
    OVERVIEW.write_text(overview(), encoding='utf-8')
