// Makes components that are drawn again only when their properties change.
import { Component, type ComponentType, type FunctionComponent, h, type VNode } from "preact";

/** Returns a component that is not drawn again while all its properties keep the same values. */
export function memo<P extends object>(Part: FunctionComponent<P>): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      return differ(this.props as P, next);
    }

    override render(): VNode<P> {
      return h(Part, this.props as P);
    }
  };
}

function differ<P extends object>(a: P, b: P): boolean {
  const keys = Object.keys(b) as (keyof P)[];
  return keys.length !== Object.keys(a).length || keys.some((key) => !Object.is(a[key], b[key]));
}
