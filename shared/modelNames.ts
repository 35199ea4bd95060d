/** The model names of the contract. What stands behind each is models.json's and vision's business. */
export const detectionModels = ['detection_01', 'detection_02', 'detection_03'] as const;
export type DetectionModel = (typeof detectionModels)[number];

export const recognitionModels = [
  'recognition_01',
  'recognition_02',
  'recognition_03',
  'recognition_04',
] as const;
export type RecognitionModel = (typeof recognitionModels)[number];

/** Similarity → confidence, piecewise linear through [similarity, confidence] points, both rising. */
export type Calibration = readonly (readonly [similarity: number, confidence: number])[];

/** The names of `returnFaceAttributes`, in the order in which an answer lists them. */
export const attributeNames = [
  'smile',
  'headPose',
  'gender',
  'age',
  'facialHair',
  'glasses',
  'emotion',
  'blur',
  'exposure',
  'noise',
  'makeup',
  'accessories',
  'occlusion',
  'hair',
  'mask',
  'qualityForRecognition',
] as const;
export type AttributeName = (typeof attributeNames)[number];
