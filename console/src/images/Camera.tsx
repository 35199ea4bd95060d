import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ApiError } from '../api/apiError.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { ErrorNote } from '../ui/ErrorNote.tsx';

/** Shows what the camera sees and answers one picture of it. */
export function Camera(props: { close: () => void; onFile: (file: File) => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const error = useSignal<unknown>(undefined);
  useEffect(() => {
    let stream: MediaStream | undefined;
    let gone = false;
    open()
      .then((opened) => {
        stream = opened;
        if (gone) stop(stream);
        else if (video.current) video.current.srcObject = stream;
      })
      .catch((thrown: unknown) => {
        error.value = thrown;
      });
    return () => {
      gone = true;
      if (stream) stop(stream);
    };
  }, []);
  const take = async () => {
    const { videoWidth, videoHeight } = video.current!;
    const canvas = document.createElement('canvas');
    canvas.width = videoWidth;
    canvas.height = videoHeight;
    canvas.getContext('2d')!.drawImage(video.current!, 0, 0);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92));
    if (blob) props.onFile(new File([blob], 'camera.jpg', { type: 'image/jpeg' }));
    props.close();
  };
  return (
    <Dialog title="Camera" close={props.close}>
      {error.value ? (
        <ErrorNote error={error.value} />
      ) : (
        <>
          <video ref={video} autoplay playsinline muted aria-label="What the camera sees" />
          <div class="row end">
            <button type="button" class="button primary" onClick={take}>
              Take a picture
            </button>
          </div>
        </>
      )}
    </Dialog>
  );
}

async function open(): Promise<MediaStream> {
  if (!isSecureContext || !navigator.mediaDevices)
    throw new ApiError(
      0,
      'NeedsHTTPS',
      `Browsers lend the camera to pages over HTTPS or on localhost only; this one came from ${location.origin}. Serve Visage behind HTTPS, or open it on the machine that it runs on.`,
    );
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1920 } } });
  } catch (thrown) {
    const denied = thrown instanceof DOMException && thrown.name === 'NotAllowedError';
    throw new ApiError(
      0,
      denied ? 'CameraDenied' : 'NoCamera',
      denied
        ? 'The browser does not let this page use the camera. Allow it in the address bar and try again.'
        : 'No camera was found.',
    );
  }
}

const stop = (stream: MediaStream) => {
  for (const track of stream.getTracks()) track.stop();
};
