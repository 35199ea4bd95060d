/** The shapes of ids, for every check of one. */

/** Of a subscription, as the operator names it in FACE_SUBSCRIPTIONS. */
export const subscriptionIdPattern = /^[A-Za-z0-9-]{1,64}$/;

/** Of a face list or a person group, large or not, as its user names it. */
export const collectionIdPattern = /^[a-z0-9_-]{1,64}$/;

/** Of everything that the service names itself: faces, persons, snapshots, operations. */
export const uuidPattern = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
