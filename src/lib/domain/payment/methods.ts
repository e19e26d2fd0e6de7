/** How a payment outside Hearth was made. The order is the order on the form. */
export const PAYMENT_METHODS = ['direct_deposit', 'receiver_general', 'cheque', 'wire'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];
