import { z } from 'zod'

/** Describes an answer by its schema. It only describes: the types of the handlers hold what is sent. */
export function answer(schema: z.ZodType): z.ZodType {
  return schema
}

/** Describes an answer by an example. */
export function answerLike(example: object, description: string): z.ZodType {
  return z.unknown().meta({ description, examples: [example] })
}
