import './app/mantine-styles.js';
import './app/global.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.js';
import { followLegacyLink } from './app/follow-legacy-link.js';
import { readPlace } from './app/location.js';

const place = readPlace(window.location.pathname, new URL(document.baseURI).pathname);
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

// Links of MLflow's clients are translated before the router sees the URL.
void followLegacyLink(place).then((leaving) => {
  if (!leaving) createRoot(root).render(<App place={place} />);
});
