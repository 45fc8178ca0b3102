# One image for web, worker, beat and migrate; the command decides (docker-compose.yml).

FROM node:22-bookworm-slim AS assets
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY assets assets
RUN npm run build

FROM python:3.11-slim-bookworm AS packages
RUN python -m venv /venv
COPY requirements/base.txt /tmp/base.txt
RUN /venv/bin/pip install --no-cache-dir --require-hashes --only-binary=:all: -r /tmp/base.txt

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    STATIC_MANIFEST=true \
    STATIC_ROOT=/app/collected \
    DATA_DIR=/data \
    LOG_FORMAT=json
RUN useradd --create-home --uid 10001 desk && install --directory --owner desk --group desk /data /app
WORKDIR /app
COPY --from=packages /venv /venv
COPY --chown=desk:desk . .
COPY --from=assets --chown=desk:desk /app/build build
USER desk
RUN python scripts/messages.py --compile \
 && DATA_DIR=/tmp/collecting python manage.py collectstatic --no-input \
 && rm -r /tmp/collecting
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen(r.Request('http://127.0.0.1:8000/healthz', headers={'Host': 'localhost'}), timeout=4)"]
CMD ["gunicorn", "servicedesk.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--max-requests", "10000", "--max-requests-jitter", "1000", "--no-control-socket"]
