# The page on port 7860, on CPUs. Others reach it, so it starts only with a login:
#     docker build --tag video-pipeline .
#     docker run --publish 127.0.0.1:7860:7860 --volume video-pipeline:/data --env VIDEO_PIPELINE_AUTH=me:A-LONG-PASSWORD video-pipeline
# Any other command, on the files of this folder, as the user whose folder it is; the model's weights stay in the volume:
#     docker run --rm --user "$(id -u):0" --volume video-pipeline:/data --volume "$PWD":/videos --workdir /videos video-pipeline subtitles talk.mp4
FROM python:3.11-slim

WORKDIR /source
COPY pyproject.toml README.md LICENSE constraints.txt ./
COPY presets presets
COPY examples/demo.mp4 examples/sample.mp4 examples/sample.transcript.json examples/
COPY video_pipeline video_pipeline
# torch first: from PyTorch's index of CPU builds, since PyPI's build brings 4 GB of CUDA
RUN pip install --no-cache-dir --no-compile --constraint constraints.txt --extra-index-url https://download.pytorch.org/whl/cpu torch \
 && pip install --no-cache-dir --no-compile --constraint constraints.txt '.[sensevoice,draft,web]'

# /data: results, uploads, and the weights of the speech model; any user of the group root may write there
RUN useradd --home-dir /data --uid 1000 app && install --directory --owner app --group root --mode 775 /data
USER app
ENV HOME=/data XDG_DATA_HOME=/data/.share
WORKDIR /data
VOLUME /data
EXPOSE 7860
HEALTHCHECK --start-period=60s CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:7860/health', timeout=5)"]
ENTRYPOINT ["video-pipeline"]
CMD ["web", "--share-on", "0.0.0.0", "--out", "/data/results"]
