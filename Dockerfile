# ClassCord in a container: the executable alone, as a user without rights, ready for a read-only root.
#
#   docker build --tag classcord .
#
# Without the public registry, name images of your own that have the same in them:
#   docker build --build-arg BUILD_BASE=… --build-arg BASE=… --tag classcord .
# Without npm, build the executable elsewhere (`deno task build`):
#   docker build --build-arg BUILD_BASE=debian:bookworm-slim --build-arg PREBUILT=dist/classcord --tag classcord .
ARG BUILD_BASE=node:22-bookworm-slim
ARG BASE=debian:bookworm-slim

FROM ${BUILD_BASE} AS build
WORKDIR /source
COPY . .
ARG PREBUILT=
ARG CLASSCORD_COMMIT=
# One layer: what npm and Deno fetch is not kept.
RUN if [ -n "$PREBUILT" ]; then install -D "$PREBUILT" /out/classcord; \
  else mkdir /out && npx -y deno@2.9.6 task build --output /out/classcord; fi

FROM ${BASE}
ARG CLASSCORD_COMMIT=
LABEL org.opencontainers.image.title="ClassCord" \
  org.opencontainers.image.description="A chat server for a school, a class or a small office" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="0.2.0" \
  org.opencontainers.image.revision="${CLASSCORD_COMMIT}"

COPY --from=build /out/classcord /usr/local/bin/classcord
# A self-extracting executable is unpacked here, by root, so that nobody can change what runs.
RUN mkdir -p /var/cache/classcord /var/lib/classcord /var/backups/classcord /etc/classcord \
  && CACHE_DIRECTORY=/var/cache/classcord classcord version \
  && chown 10001:10001 /var/lib/classcord /var/backups/classcord \
  && chmod 700 /var/lib/classcord /var/backups/classcord

# Numbers, so that Kubernetes can see that it is not root.
USER 10001:10001
ENV CLASSCORD_DATA_DIR=/var/lib/classcord \
  CLASSCORD_LOG_FILE="" \
  CACHE_DIRECTORY=/var/cache/classcord
WORKDIR /var/lib/classcord
VOLUME ["/var/lib/classcord", "/var/backups/classcord"]
EXPOSE 12345 12346 9091
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=3s --timeout=3s --retries=5 CMD ["classcord", "healthcheck"]
ENTRYPOINT ["classcord"]
CMD ["serve"]
