// What a recording is made of: the microphone, and perhaps the sound of a call beside it.

export const MIC = "mic";
export const CALL = "call";
export const TRACKS = [MIC, CALL]; // in the order in which they are sent
