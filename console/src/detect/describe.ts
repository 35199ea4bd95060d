import type { Attributes } from '../api/schemas.ts';
import { percent } from '../ui/text.ts';

export interface Fact {
  name: string;
  value: string;
  /** 0 to 1, where a bar helps. */
  share?: number;
}

/** Attributes in words, those that say most first. */
export function describeFace(attributes: Attributes = {}): Fact[] {
  const a = attributes;
  const facts: (Fact | undefined | false)[] = [
    a.emotion && strongest('Emotion', a.emotion),
    a.smile !== undefined && { name: 'Smile', value: percent(a.smile), share: a.smile },
    a.hair && { name: 'Hair', value: hair(a.hair) },
    a.facialHair && strongest('Facial hair', a.facialHair, 0.1, 'none'),
    a.glasses !== undefined && { name: 'Glasses', value: words(a.glasses) },
    a.accessories && {
      name: 'Accessories',
      value:
        a.accessories.map(({ type, confidence }) => `${type} ${percent(confidence)}`).join(', ') || 'none',
    },
    a.makeup && { name: 'Make-up', value: listed(a.makeup, 'Makeup') },
    a.mask && { name: 'Mask', value: words(a.mask.type) },
    a.occlusion && { name: 'Covered', value: listed(a.occlusion, 'Occluded') },
    a.headPose && {
      name: 'Pose',
      value: `roll ${degrees(a.headPose.roll)}, yaw ${degrees(a.headPose.yaw)}, pitch ${degrees(a.headPose.pitch)}`,
    },
    a.blur && { name: 'Blur', value: a.blur.blurLevel, share: a.blur.value },
    a.exposure && { name: 'Exposure', value: words(a.exposure.exposureLevel), share: a.exposure.value },
    a.noise && { name: 'Noise', value: a.noise.noiseLevel, share: a.noise.value },
  ];
  return facts.filter((fact) => fact !== undefined && fact !== false);
}

function strongest(name: string, shares: Record<string, number>, least = 0, otherwise = ''): Fact {
  const [[best, share] = ['', 0]] = Object.entries(shares).toSorted(([, a], [, b]) => b - a);
  return share < least ? { name, value: otherwise } : { name, value: `${best} ${percent(share)}`, share };
}

function hair({ bald, invisible, hairColor }: NonNullable<Attributes['hair']>): string {
  if (invisible) return 'not visible';
  const [first] = hairColor;
  if (bald > 0.5 || !first) return `bald ${percent(bald)}`;
  return `${first.color} ${percent(first.confidence)}`;
}

/** The names of what is true, without the ending that all share. */
function listed(flags: Record<string, boolean>, ending: string): string {
  const on = Object.entries(flags).flatMap(([name, is]) => (is ? [name.replace(ending, '')] : []));
  return on.join(', ') || 'none';
}

const words = (name: string) => name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
const degrees = (value: number) => `${Math.round(value)}°`;
