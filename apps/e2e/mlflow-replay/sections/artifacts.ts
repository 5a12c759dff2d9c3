import { each, fiveOf, get, of, post, raw, remove, type Section, type Step } from '../replay-case.js';

const LIST = '/mlflow/artifacts/list';
const ROOT = '/api/2.0/mlflow-artifacts/artifacts';
const AJAX = '/ajax-api/2.0/mlflow-artifacts/artifacts';
const UPLOAD = '/ajax-api/2.0/mlflow/upload-artifact';
const PLACE = '<exp>/<run>/artifacts';
const BYTES = { headers: { 'content-type': 'application/octet-stream' } };
const put = (path: string, text: string): Step => raw('PUT', `${ROOT}/${path}`, text, BYTES);
const upload = (query: Step['query'], text: string): Step => ({ verb: 'POST', path: UPLOAD, query, raw: text, ...BYTES });
const CLIMBING = { 'two dots': '../x', 'two dots inside': 'a/../../x', 'absolute': '/etc/passwd', 'a drive': 'C:/x', 'a file URI': 'file:///etc/passwd', 'a backslash': 'a\\..\\x', 'encoded': '%2e%2e/x' };
const compareHeaders = ['content-disposition', 'x-content-type-options', 'content-type', 'content-length'];

export const artifacts: Section = {
  name: 'artifacts',
  setup: [
    post('/mlflow/experiments/create', { name: 'of artifacts' }, { bind: { exp: 'experiment_id' } }),
    post('/mlflow/runs/create', { experiment_id: '<exp>', run_name: 'r', start_time: 1 }, { bind: { run: 'run.info.run_id' } }),
    post('/mlflow/runs/create', { experiment_id: '<exp>', run_name: 'empty', start_time: 1 }, { bind: { empty: 'run.info.run_id' } }),
    put(`${PLACE}/a.txt`, 'hello'),
    put(`${PLACE}/deep/b.json`, '{"b":1}'),
    put(`${PLACE}/deep/deeper/c.csv`, 'x,y'),
    put(`${PLACE}/%C3%BCn%C3%AF%20%E6%97%A5.txt`, 'ünï'),
    put(`${PLACE}/nothing.bin`, ''),
  ],
  cases: [
    ...fiveOf('GET', LIST, { fine: { run_id: '<run>' }, missing: ['run_id'], wrong: { 'two runs': { run_id: ['<run>', '<empty>'] }, ...Object.fromEntries(Object.entries(CLIMBING).map(([title, path]) => [title, { path }])) }, foreign: { 'an unknown run': { run_id: 'f'.repeat(32) }, 'an empty run': { run_id: '<empty>' }, 'a path that is not there': { path: 'nix' } } }),
    ...each({ 'a folder': { path: 'deep' }, 'a folder in a folder': { path: 'deep/deeper' }, 'a file': { path: 'a.txt' }, 'an empty path': { path: '' }, 'a slash at the end': { path: 'deep/' }, 'two slashes': { path: 'deep//deeper' }, 'a dot': { path: '.' }, 'Unicode': { path: 'ünï' } }, (query) => get(LIST, { run_id: '<run>', ...query })),
    of('list: by run_uuid', get(LIST, { run_uuid: '<run>' })),
    of('proxied list: root of a run', get(ROOT, { path: PLACE })),
    of('proxied list: on the other mount', get(AJAX, { path: `${PLACE}/deep` })),
    ...each({ 'not there': `${PLACE}/nix`, 'a file': `${PLACE}/a.txt`, ...CLIMBING, 'a slash at the end': `${PLACE}/` }, (path) => get(ROOT, { path })),
    ...each({ 'text': 'a.txt', 'JSON': 'deep/b.json', 'CSV': 'deep/deeper/c.csv', 'Unicode': '%C3%BCn%C3%AF%20%E6%97%A5.txt', 'empty': 'nothing.bin' }, (file) => get(`${ROOT}/${PLACE}/${file}`, {}, { compareHeaders })),
    ...each({ 'not there': `${PLACE}/nix.txt`, 'a folder': `${PLACE}/deep`, 'an unknown experiment': '999999999/x/artifacts/a.txt', 'two dots, encoded': `${PLACE}/%2e%2e/x`, 'two dots, encoded twice': `${PLACE}/%252e%252e/x`, 'a NUL': `${PLACE}/a%00b`, 'a backslash': `${PLACE}/..%5Cx` }, (path) => get(`${ROOT}/${path}`)),
    of('download: on the other mount', get(`${AJAX}/${PLACE}/a.txt`)),
    of('upload: overwritten', put(`${PLACE}/over.txt`, 'one'), put(`${PLACE}/over.txt`, 'two'), get(`${ROOT}/${PLACE}/over.txt`), remove(`${ROOT}/${PLACE}/over.txt`, undefined)),
    of('upload: no content type', raw('PUT', `${ROOT}/${PLACE}/untyped`, 'x', { headers: {} }), remove(`${ROOT}/${PLACE}/untyped`, undefined)),
    ...each({ 'two dots, encoded': `${PLACE}/%2e%2e/x`, 'a backslash': '<exp>/elsewhere/..%5Cx' }, (path) => put(path, 'x')),
    of('delete: a file', put(`${PLACE}/gone.txt`, 'x'), remove(`${ROOT}/${PLACE}/gone.txt`, undefined), get(`${ROOT}/${PLACE}/gone.txt`), get(LIST, { run_id: '<run>' })),
    of('delete: a folder', put(`${PLACE}/folder/x.txt`, 'x'), remove(`${ROOT}/${PLACE}/folder`, undefined), get(LIST, { run_id: '<run>' })),
    of('delete: not there', remove(`${ROOT}/${PLACE}/never`, undefined)),
    of('delete: climbing', remove(`${ROOT}/${PLACE}/%2e%2e/x`, undefined)),
    ...each({ 'text': { path: 'a.txt' }, 'JSON': { path: 'deep/b.json' }, 'Unicode': { path: 'ünï 日.txt' }, 'empty': { path: 'nothing.bin' } }, (query) => get('/get-artifact', { run_id: '<run>', ...query }, { compareHeaders })),
    ...each({ 'not there': { run_id: '<run>', path: 'nix' }, 'a folder': { run_id: '<run>', path: 'deep' }, 'no path': { run_id: '<run>' }, 'no run': { path: 'a.txt' }, 'an unknown run': { run_id: 'f'.repeat(32), path: 'a.txt' }, 'by run_uuid': { run_uuid: '<run>', path: 'a.txt' }, 'climbing': { run_id: '<run>', path: '../x' }, 'absolute': { run_id: '<run>', path: '/etc/passwd' } }, (query) => get('/get-artifact', query)),
    of('browser upload', upload({ run_uuid: '<empty>', path: 'sub/up.txt' }, 'up'), get('/get-artifact', { run_id: '<empty>', path: 'sub/up.txt' }), get(LIST, { run_id: '<empty>', path: 'sub' }), remove(`${ROOT}/<exp>/<empty>/artifacts/sub`, undefined)),
    ...each({ 'no run': { path: 'a' }, 'no path': { run_uuid: '<empty>' }, 'climbing': { run_uuid: '<empty>', path: '../a' }, 'an unknown run': { run_uuid: 'f'.repeat(32), path: 'a' }, 'nothing at all': {} }, (query) => upload(query, 'x')),
    of('browser upload: no data', upload({ run_uuid: '<empty>', path: 'a' }, '')),
    of('browser upload: 10 MB and one', upload({ run_uuid: '<empty>', path: 'a' }, 'x'.repeat(10 * 1024 * 1024 + 1))),
    ...each({ 'create': 'create', 'complete': 'complete', 'abort': 'abort' }, (step) => post(`/api/2.0/mlflow-artifacts/mpu/${step}/${PLACE}`, { path: 'model.bin', num_parts: 1, upload_id: 'x', parts: [] })),
    of('presigned download', get(`/api/2.0/mlflow-artifacts/presigned/${PLACE}/a.txt`)),
    ...fiveOf('POST', '/mlflow/artifacts/presigned-upload-url', { fine: { run_id: '<run>', path: 'a.txt' }, missing: ['run_id', 'path'], wrong: { 'expiration is a word': { expiration: 'x' }, 'run_id is a number': { run_id: 5 } }, foreign: { 'an unknown run': { run_id: 'f'.repeat(32) }, 'a model too': { model_id: 'm-1' } } }),
    ...fiveOf('POST', '/mlflow/artifacts/presigned-download-url', { fine: { run_id: '<run>', path: 'a.txt' }, missing: ['run_id', 'path'], wrong: { 'run_id is a number': { run_id: 5 } }, foreign: { 'an unknown run': { run_id: 'f'.repeat(32) } } }),
  ],
};

const modelPlace = '<exp>/models/<model>/artifacts';
const version = [post('/mlflow/registered-models/create', { name: 'art-{n}' }), post('/mlflow/model-versions/create', { name: 'art-{n}', source: 'models:/<model>', model_id: '<model>' })];

export const modelArtifacts: Section = {
  name: 'artifacts of models',
  setup: [
    post('/mlflow/experiments/create', { name: 'of model artifacts' }, { bind: { exp: 'experiment_id' } }),
    post('/mlflow/logged-models', { experiment_id: '<exp>', name: 'logged' }, { bind: { model: 'model.info.model_id' } }),
    put(`${modelPlace}/MLmodel`, 'flavors: {}'),
    put(`${modelPlace}/data/model.pkl`, 'x'),
  ],
  cases: [
    ...each({ 'all': {}, 'a folder': { artifact_directory_path: 'data' }, 'not there': { artifact_directory_path: 'nix' }, 'climbing': { artifact_directory_path: '../..' }, 'a file': { artifact_directory_path: 'MLmodel' } }, (query) => get('/mlflow/logged-models/<model>/artifacts/directories', query)),
    of('directories: unknown model', get('/mlflow/logged-models/m-1/artifacts/directories')),
    ...each({ 'a file': { artifact_file_path: 'MLmodel' }, 'in a folder': { artifact_file_path: 'data/model.pkl' }, 'not there': { artifact_file_path: 'nix' }, 'climbing': { artifact_file_path: '../x' }, 'no path': {} }, (query) => get('/mlflow/logged-models/<model>/artifacts/files', query, { mount: '/ajax-api/2.0', compareHeaders: ['content-disposition'] })),
    of('files: not under /api', get('/mlflow/logged-models/<model>/artifacts/files', { artifact_file_path: 'MLmodel' })),
    ...each({ 'a file': { path: 'MLmodel' }, 'not there': { path: 'nix' }, 'climbing': { path: '../x' }, 'no path': {}, 'a folder': { path: 'data' } }, (query) => [...version, get('/model-versions/get-artifact', { name: 'art-{n}', version: '1', ...query })]),
    ...each({ 'an unknown model': { name: 'nobody' }, 'an unknown version': { version: '9' }, 'a version that is no number': { version: 'x' } }, (query) => [...version, get('/model-versions/get-artifact', { name: 'art-{n}', version: '1', path: 'MLmodel', ...query })]),
    of('of an outside store', post('/mlflow/registered-models/create', { name: 'art-{n}' }), post('/mlflow/model-versions/create', { name: 'art-{n}', source: 'mlflow-artifacts:/<exp>/models/<model>/artifacts/data', model_id: '<model>' }), get('/model-versions/get-artifact', { name: 'art-{n}', version: '1', path: 'model.pkl' })),
  ],
};
