export const detectionModels = ['detection_01', 'detection_02', 'detection_03'] as const;
export type DetectionModel = (typeof detectionModels)[number];

export const recognitionModels = [
  'recognition_04',
  'recognition_03',
  'recognition_02',
  'recognition_01',
] as const;
export type RecognitionModel = (typeof recognitionModels)[number];

export const attributeNames = [
  'qualityForRecognition',
  'headPose',
  'age',
  'gender',
  'smile',
  'emotion',
  'glasses',
  'hair',
  'facialHair',
  'makeup',
  'accessories',
  'mask',
  'occlusion',
  'blur',
  'exposure',
  'noise',
] as const;
export type AttributeName = (typeof attributeNames)[number];

/** What each model is for, in a few words. */
export const about: Record<DetectionModel | RecognitionModel, string> = {
  detection_01: 'fast, faces that look about into the camera',
  detection_02: 'small, side and blurry faces too',
  detection_03: 'small, side and blurry faces too',
  recognition_01: 'the contract’s default',
  recognition_02: 'better than 01',
  recognition_03: 'better than 02',
  recognition_04: 'the most accurate',
};
