import react from '@vitejs/plugin-react';
import type { IncomingMessage } from 'node:http';
import { defineConfig } from 'vitest/config';
import type { Plugin } from 'vite';

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

/** `npm run mock`: the page against an organisation in memory (src/testing/mock_api.ts), without a server. */
function mockServer(): Plugin {
  return {
    name: 'extramile-mock',
    apply: 'serve',
    configureServer(server) {
      if (server.config.mode !== 'mock') return;
      const loaded = server.ssrLoadModule('/src/testing/mock_api.ts').then((module) => module['createMock']());
      server.middlewares.use(async (request, response, next) => {
        if (!request.url?.startsWith('/api/')) return next();
        const mock = await loaded;
        const reply = mock.answer(request.method ?? 'GET', request.url, await bodyOf(request));
        response.statusCode = reply.status;
        response.setHeader('Content-Type', reply.status < 400 ? 'application/json' : 'application/problem+json');
        response.end(reply.body === undefined ? '' : JSON.stringify(reply.body));
      });
    },
  };
}

export default defineConfig(({ mode }) => ({
  plugins: [react(), mockServer()],
  build: {
    target: 'es2023',
    // The server's Content-Security-Policy is default-src 'self': nothing may become a data: address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    host: '127.0.0.1',
    ...(mode === 'mock' ? {} : { proxy: { '/api': process.env['EXTRAMILE_URL'] ?? 'http://127.0.0.1:8080' } }),
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['src/testing/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    testTimeout: 300_000,
    isolate: false,
    maxWorkers: 2,
  },
}));
