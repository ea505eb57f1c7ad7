"""Writes the service model of Step Functions that this Python's botocore has.

usage: python3 write_model.py FOLDER, which then is an AWS_DATA_PATH
"""

import json
import pathlib
import sys

from botocore.session import get_session

model = get_session().get_component("data_loader").load_service_model("stepfunctions", "service-2")
folder = pathlib.Path(sys.argv[1], "stepfunctions", model["metadata"]["apiVersion"])
folder.mkdir(parents=True)
(folder / "service-2.json").write_text(json.dumps(model))
