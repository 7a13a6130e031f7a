// The French descriptions of all settings and sections, by path, for docs/fr/CONFIGURATION.md.

/** French descriptions, in the order of the page. */
export const FRENCH_SETTINGS: Readonly<Record<string, string>> = {
  server: "L’adresse d’écoute de la messagerie et la langue du serveur.",
  "server.host": "Adresse d’écoute de la messagerie. `::` accepte IPv6 et IPv4.",
  "server.port": "Port TCP de la messagerie. Avec 0, le système choisit un port libre.",
  "server.language":
    "Langue des réponses, des erreurs et des avis. `auto` : le français si la locale (`LC_ALL`, `LC_MESSAGES`, `LANG`) est française, l’anglais sinon.",

  chat: "Les règles pour les utilisateurs.",
  "chat.private_messages":
    "Qui peut écrire des messages privés : `all`, tout le monde ; `staff`, les modérateurs, et les autres aux modérateurs ; `none`, les modérateurs seulement. Les modérateurs peuvent en changer pendant un cours (`/prives`, `classcord private`) ; leur choix l’emporte alors, même après un redémarrage.",

  limits: "Ce que les clients peuvent faire au plus. 0 signifie « sans limite ».",
  "limits.line_bytes":
    "Longueur maximale d’une ligne, sans la fin de ligne. Le serveur ferme la connexion qui envoie une ligne plus longue.",
  "limits.content_bytes":
    "Longueur maximale du contenu d’un message, en UTF-8. Certains clients se figent au-delà de la valeur par défaut.",
  "limits.messages_per_second":
    "Requêtes par seconde et par connexion, en moyenne. Le serveur refuse les requêtes en trop, et ferme une connexion dont les requêtes sont refusées pendant 10 secondes sans interruption. Une requête ordinaire compte pour une. Les mots de passe (2), les recherches (3), les lignes de plus de 32 Kio, les longues réponses (1 par tranche de 16 Kio) et les longs historiques (1 par tranche de 50 messages) comptent davantage. L’ensemble des connexions d’une même adresse dispose du quart de ce nombre multiplié par `connections_per_address`, soit 500 par seconde par défaut ; au-delà, les requêtes attendent. En cours, un élève fait 10 requêtes la première seconde, puis 1 par seconde.",
  "limits.burst":
    "Requêtes qu’une connexion peut envoyer d’un coup avant que le débit ne s’applique. Une adresse peut en envoyer `connections_per_address` fois plus.",
  "limits.bytes_per_second":
    "Octets par seconde et par connexion, en moyenne. Le serveur lit plus lentement une connexion plus rapide et ne refuse rien. L’ensemble des connexions d’une même adresse peut envoyer huit fois plus. Trente élèves qui écrivent envoient environ 3 Kio par seconde.",
  "limits.bytes_burst":
    "Octets qu’une connexion peut envoyer d’un coup avant que ce débit ne s’applique.",
  "limits.connections":
    "Nombre maximal de connexions. Le processus a besoin d’autant de descripteurs de fichiers, plus 512 (`LimitNOFILE`, `ulimit -n`). S’il en a moins, le serveur abaisse la limite et l’écrit dans le journal.",
  "limits.connections_per_address":
    "Nombre maximal de connexions depuis une adresse (en IPv6, un préfixe /64). Une classe partage souvent une seule adresse. Deux fois ce nombre peuvent entrer d’un coup, et autant toutes les 80 secondes ; les suivantes attendent.",
  "limits.outbox_bytes":
    "Octets en attente d’envoi pour une connexion. Au-delà, le serveur ferme la connexion si elle ne lit rien pendant une seconde ou n’a pas rattrapé son retard au bout de 10 secondes. Dans tous les cas, il ferme une connexion qui ne lit rien de ce qui l’attend pendant deux minutes.",
  "limits.unjoined_seconds":
    "Le serveur ferme une connexion qui n’est pas entrée dans la messagerie et qui n’envoie aucune requête pendant ce temps. L’un des clients existants garde ouverte une seconde connexion, inactive.",
  "limits.mail_messages":
    "Messages privés en attente pour un compte déconnecté. Un membre peut en envoyer le quart, l’ensemble des invités la moitié. Le serveur refuse les suivants.",
  "limits.mail_bytes": "Octets des messages en attente pour un compte, avec les mêmes parts.",
  "limits.malformed_per_minute":
    "Lignes qui ne sont pas du JSON, par minute et par connexion. La suivante ferme la connexion.",
  "limits.shared":
    "Adresses que beaucoup de personnes partagent, comme l’adresse NAT d’un établissement. Les infractions venues de ces adresses sont marquées `shared` dans le journal, et la prison de fail2ban ne les compte pas : une seule personne ne peut pas faire bannir tout le monde. Toutes les autres limites s’appliquent.",

  channels:
    "Les salons en plus de `#général`. Les tables `[[channel]]`, plus bas, définissent des salons qui existent toujours.",
  "channels.create":
    "Qui peut créer un salon en y entrant alors qu’il n’existe pas : tout le monde, les membres ou les modérateurs.",
  "channels.max": "Nombre maximal de salons.",
  "channels.per_user": "Nombre de salons où un utilisateur peut être à la fois.",
  "channels.per_maker":
    "Nombre de salons qu’un compte peut créer. Si les invités en ont le droit, ils créent à eux tous la moitié des salons au plus.",

  auth: "Les comptes, les invités et les mots de passe.",
  "auth.password_min":
    "Longueur minimale d’un mot de passe. Les clients existants proposent `1234`.",
  "auth.registration":
    'Autorise ou non l’inscription depuis les clients. `"invite"` : seulement avec une invitation qui le permet. `classcord user add` fonctionne toujours, et `classcord registration open` ouvre les inscriptions pour un temps.',
  "auth.guests":
    'Autorise ou non à discuter sans compte. `"invite"` : seulement avec une invitation.',
  "auth.argon2_memory_kib":
    "Mémoire employée pour calculer une empreinte. Une empreinte calculée avec des paramètres plus faibles est remplacée à la connexion suivante.",
  "auth.argon2_iterations": "Nombre de passes sur cette mémoire.",
  "auth.argon2_parallelism": "Nombre de voies d’une empreinte. Plus d’une n’apporte rien ici.",
  "auth.hash_workers":
    "Nombre d’empreintes calculées en même temps. 0 : une par processeur, quatre au plus.",

  "auth.ldap":
    "Les comptes de l’annuaire de l’établissement : LDAP ou Active Directory. La page LDAP.md explique la mise en place.",
  "auth.ldap.servers":
    "Serveurs de l’annuaire, dans l’ordre où ils sont essayés. Liste vide : pas d’annuaire.",
  "auth.ldap.start_tls":
    "Chiffre ou non par StartTLS les connexions aux serveurs `ldap://`. `false` n’est accepté que si ces serveurs sont sur la machine elle-même.",
  "auth.ldap.ca":
    "Chemin des certificats des autorités qui signent ceux des serveurs, au format PEM. Les autorités publiques que Deno connaît sont reconnues aussi.",
  "auth.ldap.bind_dn":
    "Compte qui cherche dans l’annuaire : son nom distinctif (DN) ou, avec Active Directory, son `userPrincipalName`. Vide : accès anonyme.",
  "auth.ldap.bind_password_file":
    "Chemin du fichier dont la première ligne est le mot de passe de ce compte. Seul son propriétaire doit avoir des droits sur le fichier (mode 0600).",
  "auth.ldap.base":
    "Entrée sous laquelle les personnes sont cherchées. Obligatoire avec `servers`.",
  "auth.ldap.filter":
    "Entrées qui peuvent se connecter, sous la forme d’un filtre LDAP. Le serveur y ajoute le nom.",
  "auth.ldap.name_attribute":
    "Attribut qui contient le nom d’une personne, celui qu’elle saisit et que la messagerie affiche : `uid`, ou `sAMAccountName` ou `userPrincipalName` avec Active Directory.",
  "auth.ldap.name_suffix":
    "Ce que les valeurs de cet attribut ont après le nom, comme `@school.example` dans `userPrincipalName`. On ne le saisit pas et la messagerie ne l’affiche pas.",
  "auth.ldap.id_attribute":
    "Attribut qui identifie une entrée et qui ne change pas quand elle est renommée ; `objectGUID` avec Active Directory.",
  "auth.ldap.group_search":
    "Façon de trouver les groupes d’une personne. `memberOf` : par l’attribut de l’entrée. `nested` : de même, avec les groupes de ces groupes. `search` : en cherchant les groupes qui ont la personne dans `member`, `uniqueMember` ou `memberUid`, puis les groupes de ces groupes. `in_chain` : par la règle de correspondance d’Active Directory, groupes imbriqués compris.",
  "auth.ldap.group_base": "Entrée sous laquelle les groupes sont cherchés. Vide : `base`.",
  "auth.ldap.roles":
    "Rôles que donnent des groupes de l’annuaire ; le plus élevé l’emporte. Les autres personnes sont membres. Liste vide : l’annuaire ne donne pas de rôle, et `classcord user role` les fixe. Dans l’environnement, les éléments sont séparés par des points-virgules.",
  "auth.ldap.groups":
    "Groupes de la messagerie que donnent des groupes de l’annuaire. Un groupe qui n’existe pas est créé. Dans l’environnement, les éléments sont séparés par des points-virgules.",
  "auth.ldap.timeout_seconds":
    "Durée maximale d’une connexion par l’annuaire, attente comprise. Ensuite, le client reçoit l’erreur `busy`. Les comptes locaux ne sont pas concernés.",
  "auth.ldap.connections":
    "Nombre maximal de connexions simultanées à l’annuaire. Les demandes suivantes attendent.",
  "auth.ldap.check_minutes":
    "Intervalle entre deux vérifications des comptes qui sont en ligne ou qui restent connectés. Ceux que l’annuaire a désactivés ou supprimés perdent leurs sessions ; les noms, les rôles et les groupes sont mis à jour.",
  "auth.ldap.cache_hours":
    "Durée pendant laquelle le serveur garde en mémoire, après une connexion, l’empreinte Argon2id du mot de passe, pour les connexions faites pendant que l’annuaire ne répond pas.",

  store: "La base de données.",
  "store.data_dir": "Répertoire de `classcord.db`. Le serveur le crée s’il n’existe pas.",
  "store.synchronous":
    "`normal` : si le processus est tué, rien n’est perdu ; une coupure de courant peut faire perdre les derniers instants. `full` : le serveur écrit les messages sur le disque avant que quiconque les reçoive.",
  "store.reserve_bytes":
    "Espace libre minimal sur le disque des données. En dessous, le serveur refuse les messages et les inscriptions, et `/readyz` indique qu’il n’est pas prêt. Les connexions, la lecture et la modération continuent.",
  "store.retention_days":
    "Durée de conservation des messages. Le serveur supprime les plus anciens au démarrage et toutes les heures, y compris ceux qui n’ont pas été remis. Il ne supprime rien tant que l’horloge avance de beaucoup.",
  "store.audit_days": "Durée de conservation du journal d’audit.",
  "store.attendance_days":
    "Durée de conservation des heures de présence en ligne, pour l’appel en cours.",

  metrics: "Les métriques pour Prometheus et l’état de santé, par HTTP.",
  "metrics.host": "Adresse d’écoute de `/metrics`, `/healthz` et `/readyz`.",
  "metrics.port":
    "Port TCP des métriques et de l’état de santé. Avec 0, le système choisit un port libre.",
  "metrics.scrape_from":
    "Adresses autorisées à lire les métriques, par HTTP et par `GET_METRICS` sur le port de la messagerie.",
  "metrics.https":
    "`auto` : HTTPS si `tls.cert` est défini et si `metrics.host` est accessible depuis d’autres machines. `never` : HTTP, par exemple derrière un proxy qui a un certificat.",

  tls:
    "La messagerie en TLS, sur un port à part. Il faut un certificat et une clé. Le serveur relit les fichiers quand ils changent et à chaque rechargement.",
  "tls.cert": "Chemin du certificat et de sa chaîne, au format PEM. Vide : pas de TLS.",
  "tls.key": "Chemin de la clé du certificat, au format PEM, sans phrase secrète.",
  "tls.port": "Port TCP de la messagerie en TLS. Avec 0, le système choisit un port libre.",
  "tls.host": "Adresse d’écoute de ce port. Vide : celle de `server.host`.",
  "tls.require_for_login":
    "Refuse ou non les mots de passe (`login`, `register`, `password`) sur les connexions en clair. Les connexions depuis la machine elle-même sont toujours acceptées.",
  "tls.clear_login_from": "Réseaux dispensés de `tls.require_for_login`.",

  proxy: "Les proxys placés devant la messagerie qui utilisent le protocole PROXY, version 1 ou 2.",
  "proxy.trusted":
    "Adresses des proxys. Chacune de leurs connexions doit commencer par un en-tête PROXY. Les limites, les bannissements et le journal utilisent alors l’adresse du client indiquée dans cet en-tête. Le serveur refuse un tel en-tête venu d’une autre adresse.",
  "proxy.tls_from":
    "Parmi les proxys de `proxy.trusted`, ceux dont tous les clients utilisent TLS mais dont l’en-tête ne peut pas l’indiquer, comme nginx et stunnel. `tls.require_for_login` en a besoin. HAProxy l’indique de lui-même avec `send-proxy-v2-ssl`.",

  web: "La page web de la messagerie, sur les ports de la messagerie.",
  "web.enabled":
    "Indique si les navigateurs reçoivent la page et peuvent discuter. `false` : ils reçoivent l’état 404.",
  "web.host": "Adresse d’écoute de `web.port`. Vide : celle de `server.host`.",
  "web.port":
    "Un port TCP de plus pour la page, sans TLS, par exemple 80 ou un port pour un proxy. 0 : aucun. De toute façon, la page est aussi sur les ports de la messagerie.",
  "web.address":
    "Adresse de la page pour les liens et les codes QR, comme ceux des invitations. Vide : le nom de la machine, et le port TLS s’il y en a un, sinon celui de la messagerie.",
  "web.proxies":
    "Adresses des proxys HTTP placés devant la page, comme nginx. Leurs champs `X-Forwarded-For` et `X-Forwarded-Proto` donnent l’adresse du client et indiquent s’il utilise HTTPS. Venus d’une autre adresse, ces champs sont sans effet.",
  "web.origins":
    "Autres sites web dont les pages peuvent se connecter à la messagerie. La page du serveur le peut toujours.",
  "web.hosts":
    "Noms sous lesquels les navigateurs peuvent joindre le serveur, en plus de ses adresses et de `localhost`. Liste vide : n’importe quel nom.",
  "web.session_days":
    "Durée pendant laquelle un navigateur reste connecté au compte, si l’utilisateur le souhaite.",
  "web.linger_seconds":
    "Durée pendant laquelle un utilisateur qui ferme ou recharge la page reste présent pour les autres.",
  "web.class_name": "Titre de la page et de l’application installée. Vide : ClassCord.",
  "web.hsts":
    "Indique si les navigateurs qui utilisent HTTPS doivent n’utiliser que lui pendant un an. Cela vaut pour le nom entier, tous ports compris : les liens `http://` vers le port 12345 ne fonctionnent alors plus.",

  admin:
    "Le socket qu’utilisent `classcord clients`, `classcord console` et les commandes semblables.",
  "admin.socket":
    "Chemin du socket Unix. Son propriétaire et son groupe y ont accès. `{runtime_dir}` est le répertoire créé par systemd (`RUNTIME_DIRECTORY`), sinon `store.data_dir`. Vide : pas de socket.",
  "admin.accounts":
    "Autorise ou non la gestion des comptes, des groupes, des classes et des invitations pendant que le serveur tourne : par le socket, comme le fait `classcord user add`, et par les administrateurs en TLS. `false` : ils ne le peuvent pas.",

  cluster:
    "Plusieurs serveurs qui forment une seule messagerie (une grappe, ou *cluster*), grâce à NATS. Si l’un d’eux tombe en panne, les autres continuent et aucun message n’est perdu. La mise en place est décrite dans CLUSTER.md.",
  "cluster.servers":
    "Serveurs NATS qui conservent le journal de la grappe, les mêmes pour tous les serveurs. Vide : pas de grappe.",
  "cluster.name":
    "Nom de la grappe. Les serveurs qui portent le même nom et utilisent les mêmes serveurs NATS forment une seule messagerie.",
  "cluster.node": "Nom de ce serveur, différent pour chacun. Vide : le nom de la machine.",
  "cluster.credentials":
    "Chemin du fichier qui contient les lignes `user = …` et `password = …` pour NATS, ou d’un fichier d’identification de NATS. Obligatoire si des serveurs NATS sont sur d’autres machines. Seul son propriétaire doit avoir des droits sur ce fichier (mode 0600). Il est relu à chaque connexion.",
  "cluster.ca":
    "Chemin des certificats des autorités qui signent ceux des serveurs NATS, au format PEM. Vide : les autorités publiques que Deno connaît. Les connexions vers d’autres machines utilisent toujours TLS ; avec ce réglage, toutes l’utilisent.",
  "cluster.replicas": "Nombre de serveurs NATS qui conservent le journal de la grappe : 1 ou 3.",
  "cluster.log_days":
    "Durée de conservation du journal de la grappe. Un serveur qui revient plus tard a besoin d’une copie de la base. Ce qui a été effacé y reste pendant cette durée au plus.",
  "cluster.allow_old_nats":
    "Accepte ou non les versions de nats-server antérieures à 2.10.23. Elles peuvent perdre le journal de la grappe quand une machine tombe en panne.",

  log: "Le journal.",
  "log.file":
    "Chemin du fichier journal. `{data_dir}` est la valeur de `store.data_dir`. Vide : journal sur la console seulement.",
  "log.level":
    "Niveau minimal des lignes écrites. fail2ban a besoin de `warning` ou d’un niveau inférieur.",

  "channel.name": "Nom du salon. Il est obligatoire.",
  "channel.topic": "Sujet du salon. Sans cette clé, les modérateurs choisissent le sujet.",
  "channel.roles":
    "Rôles autorisés à entrer ; les rôles supérieurs le sont aussi. Sans `roles`, `accounts` ni `groups`, tout le monde peut entrer.",
  "channel.accounts": "Comptes autorisés à entrer en plus.",
  "channel.groups":
    "Groupes dont les comptes sont autorisés à entrer en plus. Un groupe qui n’existe pas encore n’autorise personne.",
  "channel.read_only": "Réserve ou non l’écriture aux modérateurs. Par défaut : `false`.",
};
