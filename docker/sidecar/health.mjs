// For Docker: is the sidecar ready? What is wrong is printed, and `docker inspect` shows it.
const answer = await fetch(`http://127.0.0.1:${process.env.WEB_SOCKETIO_PORT ?? 8068}/readyz`);
process.stdout.write(await answer.text());
process.exitCode = answer.ok ? 0 : 1;
