# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the operator's screen reads and does, in SQL: our tables have no models, so that nothing reaches them by RPC.

Whoever calls this has looked whether the user may. Of a row only that comes out which is named here: no token, no hash, no id of
a sidecar, by which credentials are made out, and not what a message says.

No percent sign: these are parts of statements with parameters.
"""
from .message import CONTROL_CHANNEL

# So many channels are looked at, and so many messages of each are counted.
MOST_CHANNELS = 500
MOST_COUNTED = 10000
# A worker writes every two seconds, and a sidecar believes it no longer than this.
WORKER_SECONDS = 30

# An id for what has none that the ORM could use: 28 bits, of which a few rows do not meet.
_ID = "('x' || substr(md5({0}), 1, 7))::bit(28)::integer"
_LIVES = '(NOT status.stopped AND status.due > now())'
_UTC = "{0} AT TIME ZONE 'UTC'"


def _sum(column):
    return '(SELECT COALESCE(sum(one), 0)::integer FROM unnest(status.{0}) AS one)'.format(column)


PROCESSES = """
    SELECT {sidecar_id} AS id, 'sidecar' AS kind, status.report ->> 'at' AS name,
        CASE WHEN status.stopped THEN 'stopped' WHEN {lives} THEN 'running' ELSE 'silent' END AS state,
        status.version AS version, {started} AS since, {seen} AS seen,
        cardinality(status.user_ids) AS users, {web_sockets} AS web_sockets, {pollings} AS pollings,
        (status.report ->> 'bus')::integer AS bus_sockets, (status.report ->> 'workers')::integer AS workers
    FROM web_socketio_status AS status
    UNION ALL
    SELECT {worker_id}, 'worker', 'Python worker', CASE WHEN worker.seen > now() - interval '{seconds} seconds'
        THEN 'running' ELSE 'silent' END, 'link ' || worker.version, {worker_started}, {worker_seen},
        NULL, NULL, NULL, NULL, NULL
    FROM web_socketio_worker AS worker
""".format(
    sidecar_id=_ID.format("'sidecar' || status.id"), lives=_LIVES,
    started=_UTC.format('status.started'), seen=_UTC.format('status.seen'),
    web_sockets=_sum('web_sockets'), pollings=_sum('pollings'),
    worker_id=_ID.format("'worker' || worker.id"), seconds=WORKER_SECONDS,
    worker_started=_UTC.format('worker.started'), worker_seen=_UTC.format('worker.seen'),
)

# The id is the user's. Who was deleted meanwhile has no name that could be shown.
USERS = """
    SELECT one.uid AS id, one.uid AS user_id, sum(one.web_sockets + one.pollings)::integer AS pages,
        sum(one.web_sockets)::integer AS web_sockets, sum(one.pollings)::integer AS pollings,
        max(one.latency) AS latency
    FROM web_socketio_status AS status
    CROSS JOIN unnest(status.user_ids, status.web_sockets, status.pollings, status.latencies)
        AS one(uid, web_sockets, pollings, latency)
    JOIN res_users ON res_users.id = one.uid
    WHERE {lives}
    GROUP BY one.uid
""".format(lives=_LIVES)

# While it is false, nobody can say that a channel has no reader.
_ONE_LIVES = '(EXISTS (SELECT FROM web_socketio_status AS status WHERE {0}))'.format(_LIVES)

# From one name to the next, by the index: it costs nothing how many messages there are.
_FOUND = """
    found(name, place) AS (
        SELECT (SELECT min(channel) FROM web_socketio_message), 1
        UNION ALL
        SELECT (SELECT min(channel) FROM web_socketio_message WHERE channel > found.name), found.place + 1
        FROM found WHERE found.name IS NOT NULL AND found.place < {most}
    )""".format(most=MOST_CHANNELS)
# What was said last counts while nobody runs, too: a queue is one even then. Where two differ, the copies for pages are safer.
_SAID = """
    said(name, mode, per_minute) AS (
        SELECT channel.key, min(channel.value ->> 0),
            max(CASE WHEN {lives} THEN (channel.value ->> 1)::integer END)
        FROM web_socketio_status AS status CROSS JOIN json_each(status.report -> 'channels') AS channel
        GROUP BY channel.key
    )""".format(lives=_LIVES)

# By pairs, since PostgreSQL would look for the smallest id of a channel among all ids: 750 ms for 35 channels with 100,000
# messages, and 90 this way.
_END = """
    (SELECT CASE WHEN one.channel = named.name THEN one.date END FROM web_socketio_message AS one
        WHERE (one.channel, one.id) {0} (named.name, {1}) ORDER BY one.channel {2}, one.id {2} LIMIT 1)"""
_OLDEST = _END.format('>=', 0, 'ASC')
_NEWEST = _END.format('<=', 9223372036854775807, 'DESC')

CHANNELS = """
    WITH RECURSIVE {found}, {said}, named(name) AS (
        SELECT name FROM found WHERE name IS NOT NULL AND name <> '{control}' UNION SELECT name FROM said
    ), dead(name, count) AS (
        SELECT channel, count(*)::integer FROM web_socketio_message WHERE dead IS NOT NULL GROUP BY channel
    )
    SELECT {id} AS id, named.name AS name, COALESCE(said.mode, CASE WHEN {one_lives} THEN 'unread' END) AS mode, said.per_minute AS per_minute,
        (SELECT count(*)::integer FROM (
            SELECT FROM web_socketio_message WHERE channel = named.name LIMIT {most}
        ) AS counted) AS kept,
        COALESCE(dead.count, 0) AS dead,
        {oldest} AS oldest, {newest} AS newest
    FROM named LEFT JOIN said ON said.name = named.name LEFT JOIN dead ON dead.name = named.name
""".format(found=_FOUND, said=_SAID, control=CONTROL_CHANNEL, id=_ID.format('named.name'), most=MOST_COUNTED, one_lives=_ONE_LIVES,
           oldest=_OLDEST, newest=_NEWEST)

# What a sidecar called a queue; and what has no reader, while one lives that would name it. The copies for pages of other
# channels stay for pages that come back, and an older sidecar, or one that may not write its row, does not say which these are.
_QUEUES = """ARRAY(
        WITH RECURSIVE {found}, {said}
        SELECT name FROM said WHERE mode = 'queue'
        UNION
        SELECT found.name FROM found LEFT JOIN said ON said.name = found.name
        WHERE {one_lives} AND found.name <> '{control}' AND said.mode IS NULL
    )""".format(found=_FOUND, said=_SAID, control=CONTROL_CHANNEL, one_lives=_ONE_LIVES)
# Whoever has not written for so long holds nothing; what it held waits for the next sidecar that starts.
_HELD = """EXISTS (
        SELECT FROM web_socketio_sidecar AS holder
        WHERE holder.id = message.lease AND holder.seen > now() - interval '10 seconds'
    )"""

# The oldest has the smallest id. `size` is not computed where nobody asks for it.
MESSAGES = """
    SELECT message.id AS id, message.channel AS channel,
        CASE WHEN message.dead IS NOT NULL THEN 'dead' WHEN {held} THEN 'held' ELSE 'waiting' END AS state,
        message.date AS date, {dead} AS dead, message.attempts AS attempts,
        (SELECT res_users.id FROM res_users WHERE res_users.id = message.uid) AS user_id,
        octet_length(message."values"::text) AS size
    FROM web_socketio_message AS message
    WHERE message.channel = ANY({queues}) OR message.dead IS NOT NULL
""".format(held=_HELD, dead=_UTC.format('message.dead'), queues=_QUEUES)

EXISTING = 'SELECT record.id FROM ({0}) AS record WHERE record.id = ANY(%s::bigint[])'
STATES = "SELECT messages.id, messages.state FROM ({0}) AS messages WHERE messages.id = ANY(%s::bigint[])".format(MESSAGES)


def try_again(cr, ids):
    """Put dead letters back into their queues, and wake the sidecars.

    :return: set of the ids of those that were dead until now
    """
    cr.execute('SELECT id FROM unnest(%s::bigint[]) AS id WHERE web_socketio_requeue(id)', [ids])
    return {id_ for (id_,) in cr.fetchall()}


def delete(cr, ids):
    """Delete messages of queues that nobody holds.

    :return: set of the ids of those that there were
    """
    cr.execute(
        'DELETE FROM web_socketio_message AS message WHERE message.id = ANY(%s::bigint[])'
        ' AND (message.channel = ANY({queues}) OR message.dead IS NOT NULL) AND NOT {held}'
        ' RETURNING message.id'.format(queues=_QUEUES, held=_HELD), [ids],
    )
    return {id_ for (id_,) in cr.fetchall()}


def existing(cr, query, ids):
    """Return the set of those of these ids that there are.

    :param query: one of the constants above
    """
    cr.execute(EXISTING.format(query), [ids])
    return {id_ for (id_,) in cr.fetchall()}


def states(cr, ids):
    """Return a dictionary with the state of each of these messages, without those that are gone."""
    cr.execute(STATES, [ids])
    return dict(cr.fetchall())


def disconnect(cr, uids):
    """Take the tokens of users away: their pages are disconnected, and have to show Odoo a good session for another one.

    :return: set of the ids of those who had one
    """
    # A sidecar that is told of a session looks at its rows, and finds none.
    cr.execute("""
        WITH gone AS (
            DELETE FROM web_socketio_session WHERE uid = ANY(%s) AND ended IS NULL AND expires > now()
            RETURNING uid, session_hash
        ), told AS (
            INSERT INTO web_socketio_message (channel, "values")
            SELECT %s, json_build_object('type', 'look', 'session_hash', encode(session.hash, 'hex'))
            FROM (SELECT DISTINCT session_hash FROM gone) AS session(hash)
        )
        SELECT DISTINCT uid FROM gone
    """, [uids, CONTROL_CHANNEL])
    return {uid for (uid,) in cr.fetchall()}
