/** No sidecar answered. Its message is for whoever looks. */
export class Unreachable extends Error {}
