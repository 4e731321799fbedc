import { OpenERPNameSpace, SocketIO, type Values } from 'web_socketio';

/** Lets a test call any model as the connected user. */
class TestNameSpace extends OpenERPNameSpace {
  async on_call(model: string, method: string, args: unknown[], kwargs: Values): Promise<unknown> {
    return await this.model(model).call(method, args, kwargs);
  }
}

SocketIO.addNamespace('/web_socketio_test', TestNameSpace);
