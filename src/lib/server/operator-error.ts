/**
 * A refusal meant for whoever runs Hearth: the message says what is wrong and what to do, so entrances print it alone,
 * without a stack trace.
 */
export class OperatorError extends Error {
	override name = 'OperatorError';
}
