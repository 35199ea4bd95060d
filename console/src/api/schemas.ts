import * as z from 'zod/mini';

/** The service's answers, as far as the console reads them. What it does not know is let through unread. */

const share = z.number();
const flag = z.boolean();

export const rectangle = z.object({
  left: z.number(),
  top: z.number(),
  width: z.number(),
  height: z.number(),
});
export type Rectangle = z.infer<typeof rectangle>;

const attributes = z.partial(
  z.object({
    smile: share,
    headPose: z.object({ pitch: z.number(), roll: z.number(), yaw: z.number() }),
    gender: z.string(),
    age: z.number(),
    facialHair: z.object({ moustache: share, beard: share, sideburns: share }),
    glasses: z.string(),
    emotion: z.record(z.string(), share),
    blur: z.object({ blurLevel: z.string(), value: share }),
    exposure: z.object({ exposureLevel: z.string(), value: share }),
    noise: z.object({ noiseLevel: z.string(), value: share }),
    makeup: z.object({ eyeMakeup: flag, lipMakeup: flag }),
    accessories: z.array(z.object({ type: z.string(), confidence: share })),
    occlusion: z.object({ foreheadOccluded: flag, eyeOccluded: flag, mouthOccluded: flag }),
    hair: z.object({
      bald: share,
      invisible: flag,
      hairColor: z.array(z.object({ color: z.string(), confidence: share })),
    }),
    mask: z.object({ type: z.string(), noseAndMouthCovered: flag }),
    qualityForRecognition: z.string(),
  }),
);
export type Attributes = z.infer<typeof attributes>;

export const face = z.object({
  faceId: z.optional(z.string()),
  faceRectangle: rectangle,
  faceLandmarks: z.optional(z.record(z.string(), z.object({ x: z.number(), y: z.number() }))),
  faceAttributes: z.optional(attributes),
});
export type Face = z.infer<typeof face>;

export const verdict = z.object({ isIdentical: z.boolean(), confidence: z.number() });
export const similar = z.array(
  z.object({
    faceId: z.optional(z.string()),
    persistedFaceId: z.optional(z.string()),
    confidence: z.number(),
  }),
);
export const grouping = z.object({
  groups: z.array(z.array(z.string())),
  messyGroup: z.optional(z.array(z.string())),
});
export const identified = z.array(
  z.object({
    faceId: z.string(),
    candidates: z.array(z.object({ personId: z.string(), confidence: z.number() })),
  }),
);

export const persistedFace = z.object({ persistedFaceId: z.string(), userData: z.optional(z.string()) });
export type PersistedFace = z.infer<typeof persistedFace>;

export const person = z.object({
  personId: z.string(),
  name: z.string(),
  userData: z.optional(z.string()),
  persistedFaceIds: z.array(z.string()),
});
export type Person = z.infer<typeof person>;

export const training = z.object({
  status: z.enum(['notstarted', 'running', 'succeeded', 'failed']),
  createdDateTime: z.string(),
  lastActionDateTime: z.string(),
  lastSuccessfulTrainingDateTime: z.optional(z.string()),
  message: z.optional(z.string()),
});
export type Training = z.infer<typeof training>;

export const snapshot = z.object({
  id: z.string(),
  account: z.string(),
  type: z.string(),
  applyScope: z.array(z.string()),
  userData: z.optional(z.string()),
  createdTime: z.string(),
  lastUpdateTime: z.string(),
});
export type Snapshot = z.infer<typeof snapshot>;

export const operation = z.object({
  status: z.enum(['notStarted', 'running', 'succeeded', 'failed']),
  createdTime: z.string(),
  lastActionTime: z.optional(z.string()),
  resourceLocation: z.optional(z.string()),
  message: z.optional(z.string()),
});
export type Operation = z.infer<typeof operation>;
