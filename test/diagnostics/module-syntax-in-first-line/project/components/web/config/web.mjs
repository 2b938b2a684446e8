export const derive = (config) => { ...config  workers }
