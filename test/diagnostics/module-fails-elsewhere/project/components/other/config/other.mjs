export const derive = () => 'http://queue'
