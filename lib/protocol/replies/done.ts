// The shape of most replies: the request is done, and what it was done to.

/** A reply of the type of its request. */
export type Done<Type extends string, Members = unknown> =
  & { readonly type: Type; readonly status: "ok" }
  & Members;
