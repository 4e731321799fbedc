/** What the demonstration's handler sends to the pages of a user. */
export interface DemoNotification {
  subject: string;
  text: string;
  kind: 'info' | 'success' | 'warning' | 'danger';
  sticky: boolean;
}

/** The event that brings them. */
export const DEMO_NOTIFICATION = 'web_socketio_demo.notification';
