# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The triggers of live models: which there have to be, which there are, and how they are made."""
import hashlib
from collections import namedtuple
from contextlib import suppress

from psycopg2 import errors
from psycopg2.extensions import AsIs

# What a statement does, and where the trigger finds the rows.
EVENTS = {
    'insert': 'NEW TABLE AS changed',
    'update': 'NEW TABLE AS changed',
    'delete': 'OLD TABLE AS changed',
    'truncate': None,
}
# PostgreSQL cuts longer names.
MOST_NAME = 63

# In pg_trigger.tgtype, as PostgreSQL's pg_trigger.h has them.
EVENT_BITS = {4: 'insert', 8: 'delete', 16: 'update', 32: 'truncate'}
EVENT_MASK = sum(EVENT_BITS)
READ_TRIGGERS = """
    SELECT relname, tgname, tgtype::integer, encode(tgargs, 'escape'), tgenabled <> 'D'
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE tgfoid = to_regprocedure('web_live_changed()')
"""
READ_ALL = """
    SELECT model, NULL, NULL, NULL, NULL FROM web_live_model JOIN ir_model ON ir_model.id = model_id
    UNION ALL
""" + READ_TRIGGERS

#: arguments: those of web_live_changed(), in data/schema.sql
Trigger = namedtuple('Trigger', ['table', 'name', 'event', 'arguments'])


def triggers_of(registry, name):
    """Return the triggers that a model has to have: on its own table, and on those that it inherits from."""
    model = registry[name]
    own = [_trigger(model, event, name, ()) for event in EVENTS]
    return own + [_trigger(parent, 'update', name, way) for parent, way in _ways(registry, model, ())]


def _trigger(model, event, name, way):
    arguments = [name, 'who' if model._log_access else '', *(part for step in way for part in step)]
    return Trigger(model._table, _name_of(event, name, way), event, tuple(arguments))


def _ways(registry, model, below):
    """Return the models that one inherits from by `_inherits`, each with the way down: `((table, column), …)`."""
    found = []
    for parent_name, link in model._inherits.items():
        parent = registry[parent_name]
        for column in _columns(model, parent_name, link):
            way = ((model._table, column), *below)
            found.append((parent, way))
            found.extend(_ways(registry, parent, way))
    return found


def _columns(model, parent_name, link):
    """Return the columns that lead to a parent. The field itself may be computed, as hr.employee's: then others do."""
    fields = model._fields
    if fields[link].store:
        return [link]
    return [
        name for name, field in fields.items()
        if field.type == 'many2one' and field.comodel_name == parent_name and field.store and not field.company_dependent
    ]


def _name_of(event, model, way):
    name = '_'.join(['web_live', event, model.replace('.', '_'), *(column for _table, column in way)])
    if len(name) <= MOST_NAME:
        return name
    return '%s_%s' % (name[:MOST_NAME - 9], hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()[:8])


def read(cr):
    """Return the names of the chosen models, and the triggers that there are, with whether they are enabled: in one query."""
    cr.execute(READ_ALL)
    rows = cr.fetchall()
    return {row[0] for row in rows if row[1] is None}, _read(row for row in rows if row[1] is not None)


def read_triggers(cr):
    """Return the triggers alone: also where the table of the choices is not there yet, or no more."""
    cr.execute(READ_TRIGGERS)
    return _read(cr.fetchall())


def _read(rows):
    return {
        # A zero byte ends each argument.
        Trigger(table, name, EVENT_BITS[kind & EVENT_MASK], tuple(arguments.split('\\000')[:-1])): is_enabled
        for table, name, kind, arguments, is_enabled in rows
    }


def put(cr, trigger):
    """Make a trigger, unless another process has made it meanwhile."""
    rows = EVENTS[trigger.event]
    with suppress(errors.DuplicateObject), cr.savepoint(flush=False):
        cr.execute(
            'CREATE TRIGGER %s AFTER %s ON %s %s FOR EACH STATEMENT EXECUTE PROCEDURE web_live_changed(%s)',
            [
                _quoted(trigger.name),
                AsIs(trigger.event.upper()),
                _quoted(trigger.table),
                AsIs('REFERENCING %s' % rows if rows else ''),
                AsIs(', '.join("'%s'" % argument.replace("'", "''") for argument in trigger.arguments)),
            ],
            log_exceptions=False,
        )


def take(cr, trigger):
    """Drop a trigger."""
    cr.execute(
        'DROP TRIGGER IF EXISTS %s ON %s', [_quoted(trigger.name), _quoted(trigger.table)], log_exceptions=False,
    )


def send(cr, model, kind):
    """Tell pages something that is about all records of a model: `many` of it have changed, or it is live no more."""
    cr.execute("""
        INSERT INTO web_socketio_message (channel, "values") VALUES ('web_live', json_build_object(
            'model', %(model)s::text, 'op', %(kind)s::text, 'ids', NULL, 'keys', ARRAY[%(model)s, %(model)s || ',*']
        ))
    """, {'model': model, 'kind': kind})


def _quoted(name):
    return AsIs('"%s"' % name.replace('"', '""'))
