# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What must be true of the collection's files. Each rule takes text or data and returns the complaints, as a list."""

from __future__ import annotations

import ast
import io
import re
import tokenize

import yaml

# From the top down: a file imports those in the layers below its own. modules stands for each of plugins/modules, and
# a package of module_utils for each of its files.
LAYERS = (
    ('modules',),
    ('operation',),
    ('fleet',),
    ('run',),
    ('decision', 'forecast', 'options'),
    ('selection', 'new_machine', 'disk_changes', 'network_adapters', 'cdrom_drives'),
    ('devices',),
    ('virtual_machine', 'vcenter', 'lookup', 'summary', 'ft_group', 'whereabouts',
     'ovf_environment', 'ovf_export', 'screenshots', 'usb_keyboard',
     'customization', 'settings'),
    ('convoy', 'disk_locators', 'datastore_clusters'),
    ('driving', 'methods', 'reader', 'placement', 'respondent', 'lost_call'),
    ('needs',),
    ('tasks',),
    ('inventory_tree', 'watching', 'questions', 'snapshot_tree', 'local_files', 'virtual_disks',
     'disk_size'),
    ('retrieval',),
    ('client',),
    ('log_in',),
    ('answers', 'keeper', 'transport'),
    ('device', 'datastore_paths', 'memory'),
    ('wire', 'faults', 'power_states', 'termination'),
)
# Who imports the option groups, and who the HTTP library: nobody else.
ONLY_BY = {'options': ('operation', 'run', 'modules'), 'requests': ('client', 'transport'),
           'urllib3': ('client', 'transport')}

# What an option group and its fragment both say of an option, and what it is where they do not.
FACTS = {'type': 'str', 'default': None, 'choices': None, 'required': False, 'aliases': [], 'elements': None}

DOCUMENTS = ('DOCUMENTATION', 'EXAMPLES', 'RETURN')
# The most lines of code in a file of each folder, and in a function.
LINES = {'modules': 60, 'module_utils': 250}
FUNCTION_LINES = 40

# What decides must not apply, nor talk to Ansible, nor catch.
NOT_IN_MODULES = re.compile(r'\b(check_mode|exit_json|fail_json|requests|AnsibleModule)\b|\btry:')
GROUP = 'group/vsphere.vm.vcenter'
SECRETS = ('password', 'pass', 'pwd', 'session_id')


def forbidden_words(text):
    """No module mentions how its decision is applied."""
    return [f'line {number}: {line.strip()}' for number, line in enumerate(text.splitlines(), 1)
            if NOT_IN_MODULES.search(line)]


def is_text(node):
    """Whether a statement is a docstring or one of a module's documents."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    return isinstance(node, ast.Assign) and any(getattr(target, 'id', None) in DOCUMENTS for target in node.targets)


def code_lines(text):
    """Numbers of the lines that hold code: no comment, blank line, docstring or document."""
    texts = {line for node in ast.walk(ast.parse(text)) if is_text(node)
             for line in range(node.lineno, node.end_lineno + 1)}
    kinds = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    return {line for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type not in kinds
            for line in range(token.start[0], token.end[0] + 1)} - texts


def too_long(text, most):
    """A file and each of its functions fit in the head."""
    lines = code_lines(text)
    found = [] if len(lines) <= most else [f'{len(lines)} lines of code, at most {most}']
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = len(lines & set(range(node.lineno, node.end_lineno + 1)))
            if length > FUNCTION_LINES:
                found.append(f'{node.name} has {length} lines of code, at most {FUNCTION_LINES}')
    return found


def imported(place, text):
    """Names of what a file imports: our own by their place in LAYERS, others by their top-level package.

    place   the packages that the file is in, below plugins: ['module_utils', 'methods']
    """
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition('.')[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            path = (node.module or '').split('.') if node.module else []
            if node.level:
                path = place[:len(place) - node.level + 1] + path
            elif path[:1] == ['ansible_collections']:
                path = path[4:]
            else:
                names.add(path[0])
                continue
            names.update([path[1]] if path[1:] else [alias.name for alias in node.names])
    return names


def wrong_imports(path, text):
    """Imports go down the layers; `path` is the file's, below plugins, such as module_utils/client.py."""
    *place, file = path.removesuffix('.py').split('/')
    name = 'modules' if place == ['modules'] else [*place, file][1]
    layer_of = {file: number for number, layer in enumerate(LAYERS) for file in layer}
    if name not in layer_of:
        return [f'{name} has no place in LAYERS']
    found = []
    for other in sorted(imported(place, text) - {name}):
        if other in layer_of and layer_of[other] <= layer_of[name]:
            found.append(f'{name} imports {other}, which is not below it')
        if name not in ONLY_BY.get(other, (name,)):
            found.append(f'{name} imports {other}, which only {" and ".join(ONLY_BY[other])} may')
    return found


def missing_documents(text):
    """A module documents itself, with examples and what it returns."""
    held = {target.id: ast.literal_eval(node.value) for node in ast.parse(text).body if isinstance(node, ast.Assign)
            for target in node.targets if getattr(target, 'id', None) in DOCUMENTS}
    return [f'{name} is missing or empty' for name in DOCUMENTS if not yaml.safe_load(held.get(name, ''))]


def unlike(spec, documented, at=''):
    """An option group and its documentation fragment say the same."""
    found = [f'{at}{name} is only in {where}' for name, where in sorted(
        [(name, 'the group') for name in spec.keys() - documented.keys()]
        + [(name, 'the fragment') for name in documented.keys() - spec.keys()])]
    for name in spec.keys() & documented.keys():
        one, other = spec[name], documented[name]
        for fact, unsaid in FACTS.items():
            here, there = one.get(fact, unsaid), other.get(fact, unsaid)
            if here != there:
                found.append(f'{at}{name}: {fact} is {here!r} in the group, {there!r} in the fragment')
        found += unlike(one.get('options', {}), other.get('suboptions', {}), f'{at}{name}.')
    return found


def tasks_in(content):
    """Every task in plays, blocks or a list of tasks."""
    for entry in content or ():
        yield entry
        for inner in ('tasks', 'pre_tasks', 'post_tasks', 'handlers', 'block', 'rescue', 'always'):
            yield from tasks_in(entry.get(inner))


def wrong_tasks(text, specs):
    """Tasks in YAML use options that exist, choices that exist, and hold no credential. `specs` is by module name."""
    found = []
    for task in tasks_in(yaml.safe_load(text)):
        for options in (task.get('module_defaults') or {}).values():
            found += literal_secrets(options)
        shared = (task.get('module_defaults') or {}).get(GROUP) or {}
        known = {alias for spec in specs.values() for name, facts in spec.items()
                 for alias in (name, *facts.get('aliases', ()))}
        found += [f'{GROUP}: no module has {name}' for name in shared if name not in known]
        for key, options in task.items():
            if not key.startswith('vsphere.vm.'):
                continue
            name = key.rpartition('.')[2]
            if name not in specs:
                found.append(f'there is no module {key}')
                continue
            found += [f'{key}: {complaint}' for complaint in wrong_options(options or {}, specs[name])]
    return found


def wrong_options(options, spec):
    """Options of one task that the spec does not have, values it does not take, and literal secrets."""
    known = {alias: facts for name, facts in spec.items() for alias in (name, *facts.get('aliases', ()))}
    found = literal_secrets(options)
    for name, value in options.items():
        if name not in known:
            found.append(f'no option {name}')
            continue
        choices, inner = known[name].get('choices'), known[name].get('options')
        for each in value if isinstance(value, list) else [value]:
            if choices and '{{' not in str(each) and each not in choices:
                found.append(f'{name} has no choice {each}')
            if inner and isinstance(each, dict):
                found += [f'{name}: {complaint}' for complaint in wrong_options(each, inner)]
    given = {name for name, facts in spec.items() if {name, *facts.get('aliases', ())} & set(options)}
    return found + [f'{name} is missing' for name, facts in spec.items() if facts.get('required') and name not in given]


def literal_secrets(options):
    return [f'{name} is written out' for name in SECRETS if name in options and '{{' not in str(options[name])]


def table_of(readme):
    """Names in the README's table of modules."""
    table = readme.partition('<!-- modules -->')[2].partition('<!-- /modules -->')[0]
    return set(re.findall(r'^\| \[?`?(?:vsphere\.vm\.)?(\w+)', table, flags=re.MULTILINE)) - {'module'}


def differs(wanted, held, where):
    """Two sets of names are the same."""
    return ([f'{name} is not in {where}' for name in sorted(set(wanted) - set(held))]
            + [f'{name} is in {where}, and there is no such module' for name in sorted(set(held) - set(wanted))])
