import type { Client } from '../page/client.ts';

export interface Viewer {
  readonly uid: number;
  readonly name: string | undefined;
  readonly picture: string;
}

/** Who else looks at the record of a form. The template reads its state. */
export class Viewers {
  readonly state: { list: readonly Viewer[] };
  readonly #client: Client;
  #shown = '';

  constructor(client: Client) {
    this.#client = client;
    this.state = client.owl.useState<{ list: readonly Viewer[] }>({ list: [] });
  }

  show(uids: readonly number[]): void {
    const text = uids.join();
    if (text === this.#shown) return;
    this.#shown = text;
    void Promise.all(uids.map((uid) => this.#viewer(uid))).then((list) => {
      if (text === this.#shown) this.state.list = list;
    });
  }

  async #viewer(uid: number): Promise<Viewer> {
    return {
      uid,
      name: await this.#client.names.of(uid),
      picture: `/web/image/res.users/${uid}/avatar_128`,
    };
  }
}
