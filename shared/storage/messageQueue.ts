import { channel } from 'node:diagnostics_channel';

/** Published with `{ queue }` whenever this process has put a message into an embedded queue. */
export const embeddedSends = channel('visage.embedded-queue.send');

export interface ReceivedMessage {
  messageId: string;
  messageText: string;
  popReceipt: string;
  /** How often it was received, this time included. */
  dequeueCount: number;
  insertedOn: Date;
  expiresOn: Date;
  nextVisibleOn: Date;
}

/** What a reader needs of a queue: a part of `QueueClient` of @azure/storage-queue. Times are in seconds. */
export interface MessageQueue {
  readonly name: string;
  sendMessage(text: string, options?: { visibilityTimeout?: number }): Promise<unknown>;
  receiveMessages(options: {
    numberOfMessages: number;
    visibilityTimeout: number;
  }): Promise<{ receivedMessageItems: ReceivedMessage[] }>;
  /** Hides a received message from other readers for so long. Throws an error of statusCode 404 where it is no longer the caller's. */
  updateMessage(
    messageId: string,
    popReceipt: string,
    text: undefined,
    visibilityTimeout: number,
  ): Promise<{ popReceipt?: string }>;
  /** Throws an error of statusCode 404 where the message is no longer the caller's. */
  deleteMessage(messageId: string, popReceipt: string): Promise<unknown>;
  createIfNotExists(): Promise<unknown>;
}

/** A message that was deleted, or received by another since. */
export class MessageNotFound extends Error {
  readonly statusCode = 404;
}
