// The shape of most replies: the request succeeded, and what it affected.

/** A reply with the type of its request. */
export type Done<Type extends string, Members = unknown> =
  & { readonly type: Type; readonly status: "ok" }
  & Members;
