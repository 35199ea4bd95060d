import { z } from '@hono/zod-openapi';
import { argumentMessages } from '../../argumentMessages.ts';
import { findAttribute } from '../../faces/requestedAttributes.ts';
import { type AttributeName, attributeNames } from '../../modelNames.ts';

export const returnFaceAttributes = z
  .string()
  .default('')
  .transform((text, context): AttributeName[] => {
    const names = text.split(',').map((name) => name.trim());
    const known = names.filter(Boolean).map(findAttribute);
    if (known.includes(undefined))
      context.addIssue({ code: 'custom', message: argumentMessages.invalidArgument('returnFaceAttributes') });
    return [...new Set(known)] as AttributeName[];
  })
  .openapi({
    description: `The attributes to return, comma-separated and in any case: ${attributeNames.join(', ')}.`,
    example: 'headPose,glasses',
  });

const share = z.number().min(0).max(1);
const level = z.enum(['low', 'medium', 'high']);
const degrees = z.number();

/** The schema of each attribute. */
const attributes = {
  smile: share.openapi({ description: 'How likely the person smiles.' }),
  headPose: z.object({ pitch: degrees, roll: degrees, yaw: degrees }).openapi({
    description:
      "Angles in degrees. Positive pitch is up, positive roll is clockwise in the image, positive yaw is to the image's right.",
  }),
  gender: z.enum(['male', 'female']),
  age: z.number().openapi({ description: 'In years.' }),
  facialHair: z.object({ moustache: share, beard: share, sideburns: share }),
  glasses: z.enum(['NoGlasses', 'ReadingGlasses', 'Sunglasses', 'SwimmingGoggles']),
  emotion: z
    .object({
      anger: share,
      contempt: share,
      disgust: share,
      fear: share,
      happiness: share,
      neutral: share,
      sadness: share,
      surprise: share,
    })
    .openapi({ description: 'Shares that sum to 1.' }),
  blur: z.object({ blurLevel: level, value: share }),
  exposure: z.object({
    exposureLevel: z.enum(['underExposure', 'goodExposure', 'overExposure']),
    value: share,
  }),
  noise: z.object({ noiseLevel: level, value: share }),
  makeup: z.object({ eyeMakeup: z.boolean(), lipMakeup: z.boolean() }),
  accessories: z.array(z.object({ type: z.enum(['headwear', 'glasses', 'mask']), confidence: share })),
  occlusion: z.object({
    foreheadOccluded: z.boolean(),
    eyeOccluded: z.boolean(),
    mouthOccluded: z.boolean(),
  }),
  hair: z.object({
    bald: share,
    invisible: z.boolean(),
    hairColor: z.array(
      z.object({
        color: z.enum(['brown', 'black', 'blond', 'red', 'gray', 'white', 'other', 'unknown']),
        confidence: share,
      }),
    ),
  }),
  mask: z.object({
    type: z.enum(['noMask', 'faceMask', 'otherMaskOrOcclusion', 'uncertain']),
    noseAndMouthCovered: z.boolean(),
  }),
  qualityForRecognition: level,
} satisfies Record<AttributeName, z.ZodType>;

export const faceAttributes = z
  .object(attributes)
  .partial()
  .openapi('FaceAttributes', { description: 'The requested attributes.' });
