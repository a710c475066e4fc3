import '@fontsource-variable/atkinson-hyperlegible-next/wght.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { makeQueryClient } from './api/query_client';
import { makeRouter } from './router';
import './style/tokens.css';
import './style/base.css';
import './style/parts.css';
import './style/screens.css';
import './style/setup.css';
import './style/systems.css';

const queries = makeQueryClient();
const router = makeRouter(queries);

createRoot(document.getElementById('page')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
