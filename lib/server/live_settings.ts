// The settings in force, and how a reload changes them.
import { chooseLanguage, Texts } from "../chat/texts/catalogue.ts";
import { buildConfig, type Config } from "../ops/config/schema.ts";
import { refill, type Views, viewsOf } from "./views.ts";

/** The effect of a new configuration. Settings have names such as `limits.burst`. */
export interface ChangedSettings {
  /** Settings that changed and apply now. */
  readonly changed: readonly string[];
  /** Settings that differ from those in force and apply after a restart. */
  readonly needsRestart: readonly string[];
}

/** The settings in force: views for the parts that read them, and the whole configuration. */
export interface LiveSettings extends Views {
  /** The settings in force. */
  readonly config: Config;
  /** The texts in the configured language. */
  readonly texts: Texts;
  /** Applies a configuration as far as possible without a restart. */
  apply(next: Config): ChangedSettings;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Creates the holder of the settings.
 *
 * @param config The settings at the start.
 * @param environment Its locale decides if the language is not set.
 * @param mostConnections The number of connections that the system allows, whatever `limits.connections` says.
 */
export function createLiveSettings(
  config: Config,
  environment: Environment,
  mostConnections = Infinity,
): LiveSettings {
  const views = viewsOf(config, mostConnections);
  let inForce = config;
  let texts = textsOf(config, environment);
  return {
    ...views,
    get config() {
      return inForce;
    },
    get texts() {
      return texts;
    },
    apply(next) {
      const { merged, ...changes } = merge(inForce, next);
      inForce = merged;
      texts = textsOf(merged, environment);
      refill(views, viewsOf(merged, mostConnections));
      return changes;
    },
  };
}

function textsOf({ server }: Config, environment: Environment): Texts {
  return new Texts(chooseLanguage(server.language, environment));
}

/** Returns the next configuration. Settings that need a restart keep their present values. */
function merge(before: Config, next: Config): ChangedSettings & { readonly merged: Config } {
  const changed: string[] = [];
  const needsRestart: string[] = [];
  const built = buildConfig(({ section, key, setting }) => {
    const [old, wanted] = [valueOf(before, section, key), valueOf(next, section, key)];
    if (JSON.stringify(old) === JSON.stringify(wanted)) return old;
    (setting.restart ? needsRestart : changed).push(`${section}.${key}`);
    return setting.restart ? old : wanted;
  });
  if (JSON.stringify(before.channel) !== JSON.stringify(next.channel)) changed.push("channel");
  return { merged: { ...built, channel: next.channel }, changed, needsRestart };
}

function valueOf(config: Config, section: string, key: string): unknown {
  return (config as unknown as Record<string, Record<string, unknown>>)[section]?.[key];
}
