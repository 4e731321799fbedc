import { OpenERPNameSpace, SocketIO, type Values } from 'web_socketio';

/** Lets a test call any model as the connected user. */
class TestNameSpace extends OpenERPNameSpace {
  async on_call(model: string, method: string, args: unknown[], kwargs: Values): Promise<unknown> {
    return await this.model(model).call(method, args, kwargs);
  }
}

SocketIO.addNamespace('/web_socketio_test', TestNameSpace);

/** Calls a model when its socket has gone. */
class LeavingNameSpace extends OpenERPNameSpace {
  on_who(): number {
    return this.uid;
  }

  override async recvDisconnect(): Promise<void> {
    await this.model('web_socketio_test.message').call('send_committed', [{ left: this.uid }]);
  }
}

SocketIO.addNamespace('/web_socketio_test.leaving', LeavingNameSpace);
