import { accessDenied, userError, valueError } from './fault.ts';
import { isObject } from './json-rpc.ts';
import { type Environment, type Model, toIds } from './model.ts';
import { TableModel } from './table-model.ts';

/** What users may write of themselves. */
const OWN_FIELDS = ['name', 'email', 'signature', 'lang', 'tz'];
const KINDS: readonly unknown[] = ['info', 'success', 'warning', 'danger'];

const users = new TableModel({
  name: 'res.users',
  order: 'name, login',
  columns: {
    ...{ id: 'integer', login: 'text', name: 'text', active: 'boolean', email: 'text' },
    ...{ signature: 'text', lang: 'text', tz: 'text' },
  },
  secrets: ['password'],
  allows: (env, operation, ids, fields) =>
    env.isSystem ||
    operation === 'read' ||
    (operation === 'write' &&
      ids.every((id) => id === env.uid) &&
      fields.every((name) => OWN_FIELDS.includes(name))),
  methods: (table) => ({
    context_get: { parameters: [], run: (env) => userContext(env) },
    change_password: {
      parameters: ['old_passwd', 'new_passwd'],
      run: async (env, { old_passwd: before, new_passwd: after }) => {
        const { rows } = await env.client.query<{ password: string }>(
          'SELECT password FROM res_users WHERE id = $1',
          [env.uid],
        );
        if (before !== rows[0]?.password) throw accessDenied();
        const password = String(after ?? '').trim();
        if (password === '') throw userError('Setting empty passwords is not allowed for security reasons!');
        return await table.write({ ...env, isSystem: true }, [env.uid], { password });
      },
    },
  }),
});

const parameters = new TableModel({
  name: 'ir.config_parameter',
  columns: { id: 'integer', key: 'text', value: 'text' },
  allows: (env) => env.isSystem,
  methods: (table) => ({
    get_param: {
      parameters: ['key', 'default'],
      run: async (env, { key, default: otherwise = false }) => {
        const [id] = await table.search(env, { domain: [['key', '=', key]] });
        const [record] = await table.read(env, toIds(id), ['value']);
        return record?.['value'] ?? otherwise;
      },
    },
    set_param: {
      parameters: ['key', 'value'],
      run: async (env, { key, value }) => {
        const ids = await table.search(env, { domain: [['key', '=', key]] });
        if (!value) return await table.unlink(env, ids);
        if (ids.length > 0) return await table.write(env, ids, { value });
        return await table.create(env, { key, value });
      },
    },
  }),
});

/** What `addon/web_socketio_demo/wizards` has in Python. */
const notifications = new TableModel({
  name: 'web_socketio.demo.notification',
  columns: {
    ...{ id: 'integer', subject: 'text', text: 'text', kind: 'text', sticky: 'boolean' },
    recipient_ids: 'integer[]',
  },
  allows: () => true,
  defaults: ({ context }) => ({
    recipient_ids: context['active_model'] === 'res.users' ? toIds(context['active_ids']) : [],
  }),
  internal: ['committed_notify', 'notify', 'renotify'],
  methods: (table) => ({
    create: {
      parameters: ['vals_list'],
      run: async (env, { vals_list: list }) => {
        for (const values of Array.isArray(list) ? list : [list]) {
          const kind = isObject(values) ? (values['kind'] ?? 'info') : 'info';
          if (!KINDS.includes(kind)) throw valueError(`Wrong value for ${table.name}.kind: '${kind}'`);
        }
        return await table.create(env, list);
      },
    },
    action_send: { parameters: ['ids'], run: (env, { ids }) => sendNotification(env, toIds(ids)) },
  }),
});

/** The models of the stand-in, by name. */
export const MODELS: ReadonlyMap<string, Model> = new Map(
  [users, parameters, notifications].map((model) => [model.name, model]),
);

/** The context of a user's calls, as OpenERP keeps it. */
export async function userContext({ client, uid }: Environment): Promise<Record<string, unknown>> {
  const { rows } = await client.query<{ lang: string; tz: string | null }>(
    'SELECT lang, tz FROM res_users WHERE id = $1',
    [uid],
  );
  return { lang: rows[0]?.lang ?? 'en_US', tz: rows[0]?.tz ?? false, uid };
}

async function sendNotification(env: Environment, ids: readonly number[]): Promise<object> {
  if (ids.length !== 1) throw valueError(`Expected singleton: ${notifications.name}(${ids.join(', ')})`);
  const [notification] = await notifications.rows(env, ids);
  const { recipient_ids: recipients, subject, text, kind, sticky } = notification ?? {};
  for (const to_id of toIds(recipients)) {
    await env.client.query('INSERT INTO web_socketio_message (channel, uid, "values") VALUES ($1, $2, $3)', [
      'web_socketio_demo',
      env.uid,
      JSON.stringify({ to_id, subject, text, kind, sticky }),
    ]);
  }
  return { type: 'ir.actions.act_window_close' };
}
