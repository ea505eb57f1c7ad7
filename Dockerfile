# The image of leaders, workers and the dashboard: Millrace, its production dependencies and an unprivileged user.
# The app is in /app: mount its folder there, or COPY it in an image FROM this one.

ARG NODE_IMAGE=node:24.21-slim

FROM ${NODE_IMAGE} AS modules
WORKDIR /millrace
COPY package.json package-lock.json ./
COPY bin/runtime bin/runtime
RUN npm ci --omit=dev --ignore-scripts

# What the package contains is built with development dependencies, and runs without them.
FROM ${NODE_IMAGE} AS build
WORKDIR /millrace
COPY package.json package-lock.json tsconfig.json tsconfig.build.json ./
COPY bin bin
RUN npm ci --ignore-scripts
COPY lib lib
COPY functions functions
COPY rehearsal rehearsal
COPY dashboard dashboard
RUN node bin/build-package.ts

FROM ${NODE_IMAGE}
WORKDIR /millrace
COPY --from=modules /millrace/node_modules node_modules
COPY --from=build /millrace/bin/millrace.js bin/millrace.js
COPY --from=build /millrace/dist dist
COPY --from=build /millrace/dashboard/dist dashboard/dist
COPY package.json ./
# For `import … from 'millrace'` in the app, and for `millrace` in a shell of the container.
RUN mkdir /node_modules \
    && ln -s /millrace /node_modules/millrace \
    && ln -s /millrace/bin/millrace.js /usr/local/bin/millrace
ENV NODE_ENV=production
USER node
WORKDIR /app
# Asks the process itself, where HEALTH_PORT is set; without it, a container is healthy while it runs.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["node", "-e", "const port = process.env.HEALTH_PORT; if (port) fetch(`http://127.0.0.1:${port}/livez`).then(({ ok }) => process.exit(ok ? 0 : 1))"]
ENTRYPOINT ["millrace"]
CMD ["--help"]
