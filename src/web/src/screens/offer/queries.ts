import { client, type Schemas } from '../../api/client';
import { useWrite } from '../../api/write';

export type Offer = Schemas['Offer'];
export type OfferItemInput = Schemas['OfferItemInput'];

export const useDraftOffer = () =>
  useWrite<Schemas['NewOffer'], Offer>((body, header) => client.POST('/api/v1/offers', { params: { header }, body }));

export const usePublishOffer = (id: string) =>
  useWrite<void, Offer>((_, header) => client.POST('/api/v1/offers/{id}/publish', { params: { path: { id }, header } }));

export const useAddGesture = () =>
  useWrite<Schemas['NewGesture'], Schemas['Gesture']>((body, header) => client.POST('/api/v1/gestures', { params: { header }, body }));

export const useRetireGesture = (id: string) =>
  useWrite<void, Schemas['Gesture']>((_, header) => client.POST('/api/v1/gestures/{id}/retire', { params: { path: { id }, header } }));
